/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/option_text.h"

#include <string.h>

enum completed { WORDS, FOLDERS, FILES, NOTHING };

/* What the option's value is completed to. */
static enum completed kind_of(const struct eg_option *option)
{
    if (option->choices)
        return WORDS;
    if (eg_word_in_list(option->argument, "DIR FOLDER"))
        return FOLDERS;
    return strcmp(option->argument, "FILE") == 0 ? FILES : NOTHING;
}

/* The program's name as that of a function of bash. */
static void print_function(const char *program, FILE *out)
{
    fputc('_', out);
    for (; *program; program++)
        fputc(*program == '-' ? '_' : *program, out);
}

static void print_bash_values(const struct eg_option *option, FILE *out)
{
    static const char *const actions[] = {[WORDS] = "-W", [FOLDERS] = "-d", [FILES] = "-f"};
    fputs("    ", out);
    if (option->letter)
        fprintf(out, "-%c | ", option->letter);
    fprintf(out, "--%s)", option->name);
    if (kind_of(option) != NOTHING)
        fprintf(out, " set -- %s", actions[kind_of(option)]);
    else
        fputs(" return", out);
    if (kind_of(option) == WORDS)
        fprintf(out, " '%s'", option->choices);
    fputs(" ;;\n", out);
}

/* The completion of a command is in the file beside this one. */
static void print_bash_commands(const struct eg_manual *manual, FILE *out)
{
    fputs("    local command=${COMP_WORDS[1]}\n"
          "    if [ \"$COMP_CWORD\" -gt 1 ] && [[ $command != @(-*|help) ]]; then\n",
          out);
    fprintf(out, "        local file=${BASH_SOURCE[0]%%/*}/%s-$command\n", manual->program);
    fputs("        [ ! -e \"$file\" ] || . \"$file\"\n        ", out);
    print_function(manual->program, out);
    fputs("_${command//-/_} 2>/dev/null\n        return\n    fi\n", out);
}

/* What begins a word that is no option's value: an option, a command or a file. */
static void print_bash_words(const struct eg_manual *manual, FILE *out)
{
    fputs("    *) set -- -W '", out);
    for (const struct eg_option *option = manual->options; option->name; option++)
        if (option->help)
            fprintf(out, " --%s", option->name);
    for (const struct eg_term *command = manual->commands; command && command->term; command++)
        fprintf(out, " %s", command->term);
    fprintf(out, "'%s ;;\n", manual->operands && !manual->commands ? " -f" : "");
}

static void print_bash(const struct eg_manual *manual, FILE *out)
{
    fprintf(out, "# bash completion of %s %s\n", manual->program, manual->version);
    print_function(manual->program, out);
    fputs("()\n{\n", out);
    if (manual->commands)
        print_bash_commands(manual, out);
    /* bash takes the = of --option=value for a word of its own */
    fputs("    local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    if [ \"$word\" = = ]; then\n        word=\n"
          "    elif [ \"$option\" = = ]; then\n        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "    fi\n    COMPREPLY=()\n    case $option in\n",
          out);
    for (const struct eg_option *option = manual->options; option->name; option++)
        if (option->help && option->argument)
            print_bash_values(option, out);
    print_bash_words(manual, out);
    fputs("    esac\n    mapfile -t COMPREPLY < <(compgen \"$@\" -- \"$word\")\n}\ncomplete -o "
          "filenames -F ",
          out);
    print_function(manual->program, out);
    fprintf(out, " %s\n", manual->program);
}

/* The help's first clause, in single quotes, as the explanation of a specification. */
static void print_explanation(const char *help, FILE *out)
{
    for (; *help && *help != ';' && *help != ':' && strncmp(help, " (", 2) != 0; help++) {
        if (strchr("[]\\", *help))
            fputc('\\', out);
        fputs(*help == '\'' ? "'\\''" : (const char[]){*help, '\0'}, out);
    }
}

static void print_zsh_option(const struct eg_option *option, FILE *out)
{
    const char *value = option->argument ? "=" : "";
    if (option->letter)
        fprintf(out, "    '(-%c --%s)'{-%c%s,--%s%s}'[", option->letter, option->name,
                option->letter, option->argument ? "+" : "", option->name, value);
    else
        fprintf(out, "    '--%s%s[", option->name, value);
    print_explanation(option->help, out);
    fputc(']', out);
    if (option->argument) {
        const enum completed kind = kind_of(option);
        fprintf(out, ":%s:", option->argument);
        if (kind == WORDS)
            fprintf(out, "(%s)", option->choices);
        else
            fputs(kind == FOLDERS ? "_files -/" : kind == FILES ? "_files" : "", out);
    }
    fputs("' \\\n", out);
}

static void print_zsh(const struct eg_manual *manual, FILE *out)
{
    fprintf(out, "#compdef %s\n# zsh completion of %s %s\nlocal context state line\n",
            manual->program, manual->program, manual->version);
    fputs("typeset -A opt_args\nlocal -a commands\ncommands=(", out);
    for (const struct eg_term *command = manual->commands; command && command->term; command++)
        fprintf(out, "%s%s", command == manual->commands ? "" : " ", command->term);
    fputs(")\n_arguments -s \\\n", out);
    for (const struct eg_option *option = manual->options; option->name; option++)
        if (option->help)
            print_zsh_option(option, out);
    if (!manual->commands) {
        fprintf(out, "    %s\n", manual->operands ? "'*:operand:_files'" : "&& return");
        return;
    }
    fputs("    \"1:command:($commands)\" '*::argument:->argument'\n"
          "case $state/$words[1] in\n"
          "argument/help) compadd -a commands ;;\n",
          out);
    fprintf(out, "argument/*) _call_function - _%s-$words[1] ;;\nesac\n", manual->program);
}

void eg_print_completion(const struct eg_manual *manual, const char *shell, FILE *out)
{
    if (strcmp(shell, "zsh") == 0)
        print_zsh(manual, out);
    else
        print_bash(manual, out);
}
