/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv_table.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

static const struct eg_csv_want label_text[] = {{"label", EG_CSV_TEXT}, {0}};

static struct eg_csv_table parse(const char *text, const struct eg_csv_want *wanted,
                                 enum eg_csv_type rest)
{
    struct eg_csv_table table;
    struct eg_error error = {0};
    cr_assert_eq(eg_csv_parse("t.csv", text, strlen(text), wanted, rest, &table, &error), EG_OK,
                 "%s", error.message);
    return table;
}

static void refuse_bytes(const char *bytes, size_t size, const struct eg_csv_want *wanted,
                         const char *message)
{
    struct eg_csv_table table;
    struct eg_error error = {0};
    cr_assert_eq(eg_csv_parse("t.csv", bytes, size, wanted, EG_CSV_NUMBER, &table, &error), EG_DATA,
                 "accepted where '%s' was due", message);
    cr_assert_str_eq(error.message, message);
    cr_assert(!table.columns && table.rows == 0);
}

static void refuse(const char *text, const char *message)
{
    refuse_bytes(text, strlen(text), NULL, message);
}

Test(csv_table, reads_numbers_missing_values_and_text)
{
    struct eg_csv_table table = parse(
        "age,label,weight\n30,\"a, \"\"b\"\"\",7.5e1\n,,\n-0.5,two words,+3\n", label_text,
        EG_CSV_NUMBER);
    cr_assert(table.rows == 3 && table.cols == 3);
    const double *age = eg_csv_find(&table, "age")->numbers;
    const double *weight = eg_csv_find(&table, "weight")->numbers;
    char **label = eg_csv_find(&table, "label")->texts;
    cr_assert(age[0] == 30 && isnan(age[1]) && age[2] == -0.5);
    cr_assert(weight[0] == 75 && isnan(weight[1]) && weight[2] == 3);
    cr_assert_str_eq(label[0], "a, \"b\"");
    cr_assert_null(label[1]);
    cr_assert_str_eq(label[2], "two words");
    cr_assert_null(eg_csv_find(&table, "height"));
    eg_csv_free(&table);
}

Test(csv_table, keeps_the_wanted_columns_in_the_files_order)
{
    const struct eg_csv_want wanted[] = {{"c", EG_CSV_NUMBER}, {"", EG_CSV_FILLED}, {0}};
    struct eg_csv_table table = parse(",a,c\n1,not looked at,2\n", wanted, EG_CSV_SKIP);
    cr_assert(table.cols == 2 && table.columns[0].numbers[0] == 1);
    cr_assert(table.columns[1].numbers[0] == 2);
    cr_assert_str_eq(table.columns[0].name, "");
    eg_csv_free(&table);
}

Test(csv_table, reads_the_line_ends_and_marks_of_other_systems)
{
    static const char *const texts[] = {
        "a,b\n1,2\n3,4\n",
        "a,b\r\n1,2\r\n3,4\r\n",
        "a,b\r1,2\r3,4",
        "\n\na,b\n\n1,2\n \n3,4\n\n",
        "\xef\xbb\xbf"
        "a,b\n1,2\n3,4\n",
        " a , b\n1 , 2\n\"3\",4",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct eg_csv_table table = parse(texts[i], NULL, EG_CSV_NUMBER);
        cr_assert(table.rows == 2 && table.cols == 2, "case %zu", i);
        cr_assert_str_eq(table.columns[0].name, "a");
        cr_assert(table.columns[0].numbers[1] == 3 && table.columns[1].numbers[1] == 4);
        eg_csv_free(&table);
    }
}

Test(csv_table, refuses_what_is_not_a_number)
{
    refuse("age,b\n1,2\n12x,3\n", "t.csv:3: column 'age': '12x' is not a number");
    refuse("age\n0x10\n", "t.csv:2: column 'age': '0x10' is not a number");
    refuse("age\n1 2\n", "t.csv:2: column 'age': '1 2' is not a number");
    refuse("age\n\" 1\"\n", "t.csv:2: column 'age': ' 1' is not a number");
    refuse("age\n\"1,5\"\n", "t.csv:2: column 'age': '1,5' is not a number");
    refuse("age\n-\n", "t.csv:2: column 'age': '-' is not a number");
    refuse("age\na\tb\n", "t.csv:2: column 'age': 'a?b' is not a number");
    static const char *const endless[] = {"nan", "NaN", "inf", "-Infinity", "1e999"};
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        char text[64], message[160];
        snprintf(text, sizeof text, "age\r\n1\r\n%s\r\n", endless[i]);
        snprintf(message, sizeof message,
                 "t.csv:3: column 'age': '%s' is not a finite number; leave the cell empty where a "
                 "value is missing",
                 endless[i]);
        refuse(text, message);
    }
}

Test(csv_table, names_the_line_of_a_row_that_follows_cells_of_many_lines)
{
    const char *text = "label,b\n\"one\ntwo\n\nthree\",1\nfour,x\n";
    refuse_bytes(text, strlen(text), label_text, "t.csv:6: column 'b': 'x' is not a number");
    refuse("a,b\r1,2\r1,x\r", "t.csv:3: column 'b': 'x' is not a number");
    refuse("\n\na\n\n\nx\n", "t.csv:6: column 'a': 'x' is not a number");
}

Test(csv_table, refuses_tables_that_do_not_hold_together)
{
    refuse("a,b\n1,2\n3\n", "t.csv:3: 1 cells where the header has 2");
    refuse("a,b\n1,2,3\n", "t.csv:2: 3 cells where the header has 2");
    refuse("b,a,c,a\n1,2,3,4\n", "t.csv:1: the header names column 'a' twice; rename one of them");
    refuse("", "t.csv:1: no header row; the file is empty");
    refuse("\n \n", "t.csv:1: no header row; the file is empty");
    refuse("a,b\n", "t.csv:1: no rows after the header");
    refuse("a,b\n1,2\n\"3,4\n5,6\n", "t.csv:3: a quote that this row opens is never closed");
    refuse("a,b\n1,2\n3\"3,4\n",
           "t.csv:3: a stray quote: quote the whole cell and double the quotes inside it");
    refuse_bytes("a,b\n1,\0"
                 "2\n",
                 9, NULL, "t.csv:2: cell 2 holds a NUL byte; this is not a text file");
}

Test(csv_table, names_all_missing_columns)
{
    const struct eg_csv_want wanted[] = {
        {"age", EG_CSV_NUMBER}, {"b", EG_CSV_NUMBER}, {"sex", EG_CSV_TEXT}, {0}};
    refuse_bytes("a,b\n1,2\n", 8, wanted, "t.csv:1: the header lacks these columns: 'age', 'sex'");
}

Test(csv_table, refuses_empty_cells_where_numbers_must_be)
{
    const struct eg_csv_want wanted[] = {{"b", EG_CSV_FILLED}, {0}};
    refuse_bytes("a,b\n,1\n,\n", 9, wanted,
                 "t.csv:3: column 'b': the cell is empty; every cell here needs a number: give it, "
                 "or leave this row out");
}

Test(csv_table, frees_the_texts_of_a_row_that_failed)
{
    const struct eg_csv_want wanted[] = {{"label", EG_CSV_TEXT}, {"more", EG_CSV_TEXT}, {0}};
    const char *text = "label,more,b\nx,y,1\nz,w,oops\n";
    refuse_bytes(text, strlen(text), wanted, "t.csv:3: column 'b': 'oops' is not a number");
}

Test(csv_table, refuses_endless_cells)
{
    const size_t size = (size_t)2 << 20;
    char *text = malloc(size);
    memset(text, '\n', size);
    memcpy(text, "a\n\"1", 4);
    refuse_bytes(text, size, NULL,
                 "t.csv:2: a cell of this row is longer than 1048576 bytes; is a quote left open?");
    free(text);
}

Test(csv_table, reads_points_where_the_programs_locale_has_commas)
{
    struct scratch scratch = make_scratch();
    char command[256];
    snprintf(command, sizeof command, "localedef -c -i de_DE -f UTF-8 %s/de_DE.UTF-8 2>/dev/null",
             scratch.folder);
    setenv("LOCPATH", scratch.folder, 1);
    const int made = system(command) == 0;
    if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
        remove_scratch(&scratch);
        cr_skip("localedef %s; install the package locales",
                made ? "made no locale with a decimal comma" : "failed");
    }
    struct eg_csv_table table = parse("a\n1.5\n", NULL, EG_CSV_NUMBER);
    cr_assert_eq(table.columns[0].numbers[0], 1.5);
    cr_assert_eq(strtod("1,5", NULL), 1.5, "the locale of the program must be as it was");
    eg_csv_free(&table);
    remove_scratch(&scratch);
}

Test(csv_table, leaves_the_threads_locale_as_it_was)
{
    const locale_t before = uselocale((locale_t)0);
    struct eg_csv_table table = parse("a\n1.5\n", NULL, EG_CSV_NUMBER);
    cr_assert(uselocale((locale_t)0) == before);
    eg_csv_free(&table);
    refuse("a\nx\n", "t.csv:2: column 'a': 'x' is not a number");
    cr_assert(uselocale((locale_t)0) == before);
}

Test(csv_table, reads_gzipped_files)
{
    const struct eg_csv_want wanted[] = {{"gene", EG_CSV_TEXT}, {0}};
    struct eg_csv_table table;
    struct eg_error error = {0};
    cr_assert_eq(eg_csv_read("tests/data/table.csv.gz", wanted, EG_CSV_NUMBER, &table, &error),
                 EG_OK, "%s", error.message);
    cr_assert(table.rows == 2 && isnan(table.columns[1].numbers[1]));
    cr_assert_str_eq(table.columns[0].texts[1], "KRAS");
    eg_csv_free(&table);
    cr_assert_eq(eg_csv_read("tests/data/truncated.csv.gz", wanted, EG_CSV_NUMBER, &table, &error),
                 EG_DATA);
    cr_assert(strstr(error.message, "tests/data/truncated.csv.gz:") &&
                  strstr(error.message, "cannot read on"),
              "%s", error.message);
}

Test(csv_table, names_files_that_cannot_be_read)
{
    struct eg_csv_table table;
    struct eg_error error = {0};
    cr_assert_eq(eg_csv_read("tests/data/absent.csv", NULL, EG_CSV_NUMBER, &table, &error),
                 EG_DATA);
    cr_assert_str_eq(error.message,
                     "tests/data/absent.csv: cannot open it: No such file or directory");
    cr_assert_eq(eg_csv_read("tests/data", NULL, EG_CSV_NUMBER, &table, &error), EG_DATA);
    cr_assert_str_eq(error.message, "tests/data: cannot open it: it is a folder; a file is needed");
}

/* Larger than the pieces that a file is read in, so that cells and rows lie across their ends. */
Test(csv_table, reads_files_of_many_pieces)
{
    enum { ROWS = 30000 };
    struct scratch scratch = make_scratch();
    struct scratch_path path = find_scratch(&scratch, "long.csv");
    FILE *file = fopen(path.text, "w");
    fprintf(file, "number,square,label\r\n");
    for (int i = 0; i < ROWS; i++)
        fprintf(file, "%d,%.17g,\"row\r\n%d\"\r\n", i, (double)i * i / 7, i);
    cr_assert_eq(fclose(file), 0);
    struct eg_csv_table table;
    struct eg_error error = {0};
    cr_assert_eq(eg_csv_read(path.text, label_text, EG_CSV_FILLED, &table, &error), EG_OK, "%s",
                 error.message);
    cr_assert_eq(table.rows, ROWS);
    for (int i = 0; i < ROWS; i++) {
        char label[32];
        snprintf(label, sizeof label, "row\r\n%d", i);
        cr_assert(table.columns[0].numbers[i] == i &&
                  table.columns[1].numbers[i] == (double)i * i / 7);
        cr_assert_str_eq(table.columns[2].texts[i], label);
    }
    eg_csv_free(&table);
    remove_scratch(&scratch);
}

Test(csv_table, knows_the_lines_of_rows_and_names_them_in_errors)
{
    const struct eg_csv_want wanted[] = {{"gene", EG_CSV_NAME}, {0}};
    struct eg_csv_table table = parse("gene,x\n\nA,1\n\"B\nC\",2\nD,3\n", wanted, EG_CSV_NUMBER);
    struct eg_error error = {0};
    cr_assert(table.rows == 3 && table.lines[0] == 3 && table.lines[1] == 4 && table.lines[2] == 6);
    cr_assert_eq(eg_csv_fail(&error, "t.csv", &table, &table.columns[0], 1, "'%s' is no gene",
                             table.columns[0].texts[1]),
                 EG_DATA);
    cr_assert_str_eq(error.message, "t.csv:4: column 'gene': 'B?C' is no gene");
    eg_csv_free(&table);
    const char unnamed[] = "gene,x\nA,1\n,2\n";
    refuse_bytes(unnamed, strlen(unnamed), wanted,
                 "t.csv:3: column 'gene': the cell is empty; a name is needed here");
    table = parse("a,b\n1,2\n", NULL, EG_CSV_SKIP);
    cr_assert(table.cols == 0 && table.rows == 1 && table.lines[0] == 2);
    eg_csv_free(&table);
}
