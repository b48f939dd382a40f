/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/distort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

enum { SIDE = 9, CHANNELS = 3, SIZE = SIDE * SIDE * CHANNELS };

static const struct eg_image colour = {SIDE, SIDE, CHANNELS};

static struct eg_stream stream_of(uint64_t item)
{
    return eg_stream_make(5, 0, EG_PURPOSE_AUGMENT, 0, item);
}

static void draw_image(real *row)
{
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, 0, 0);
    for (size_t i = 0; i < SIZE; i++)
        row[i] = (real)eg_stream_normal(&stream);
}

static real at(const real *row, size_t i, size_t j, size_t c)
{
    return row[(i * SIDE + j) * CHANNELS + c];
}

Test(distort, nothing_to_move_leaves_the_bits)
{
    struct eg_moving moving = {.shape = colour, .fill = {7, 7, 7}};
    real row[SIZE], out[SIZE];
    draw_image(row);
    for (uint64_t item = 0; item < 10; item++) {
        eg_move_image(&moving, stream_of(item), row, out);
        cr_assert_arr_eq(out, row, sizeof row);
    }
}

Test(distort, shift_moves_down_and_across_and_fills)
{
    const struct eg_moving moving = {.shape = colour, .fill = {5, 6, 7}};
    real row[SIZE], out[SIZE];
    draw_image(row);
    eg_rotate_and_shift(&moving, 0, 2, -1, row, out);
    for (size_t i = 0; i < SIDE; i++)
        for (size_t j = 0; j < SIDE; j++)
            for (size_t c = 0; c < CHANNELS; c++)
                cr_assert_eq(at(out, i, j, c),
                             i < 2 || j + 1 == SIDE ? moving.fill[c] : at(row, i - 2, j + 1, c));
}

/* A quarter turn takes the right side up: what was at (i, j) goes to (SIDE-1-j, i). */
Test(distort, quarter_turn_takes_the_right_side_up)
{
    const struct eg_moving moving = {.shape = colour};
    real row[SIZE], out[SIZE];
    draw_image(row);
    eg_rotate_and_shift(&moving, 90, 0, 0, row, out);
    for (size_t i = 0; i < SIDE; i++)
        for (size_t j = 0; j < SIDE; j++)
            for (size_t c = 0; c < CHANNELS; c++)
                cr_assert_float_eq(at(out, SIDE - 1 - j, i, c), at(row, i, j, c), 1e-12);
    eg_rotate_and_shift(&moving, 180, 0, 0, row, out);
    for (size_t i = 0; i < SIDE * SIDE; i++)
        cr_assert_float_eq(out[i * CHANNELS], row[(SIDE * SIDE - 1 - i) * CHANNELS], 1e-12);
}

/* Where a blob's weight lies, from the image's centre, downwards and to the right. */
static void find_centroid(const struct eg_image *shape, const real *row, double *y, double *x)
{
    double sum = 0;
    *y = *x = 0;
    for (size_t i = 0; i < shape->height; i++)
        for (size_t j = 0; j < shape->width; j++) {
            const double weight = row[i * shape->width + j];
            sum += weight;
            *y += weight * ((double)i - ((double)shape->height - 1) / 2);
            *x += weight * ((double)j - ((double)shape->width - 1) / 2);
        }
    *y /= sum;
    *x /= sum;
}

/* Bilinear interpolation keeps the centroid of a smooth blob that stays inside to far below a
 * pixel. Height and width differ, so that they cannot change places. */
Test(distort, rotation_then_shift_moves_a_blob_to_the_known_place)
{
    enum { HEIGHT = 40, WIDTH = 51 };
    const struct eg_moving moving = {.shape = {HEIGHT, WIDTH, 1}};
    static real row[HEIGHT * WIDTH], out[HEIGHT * WIDTH];
    for (size_t i = 0; i < HEIGHT * WIDTH; i++) {
        const double dy = (double)(i / WIDTH) - 16, dx = (double)(i % WIDTH) - 33;
        row[i] = (real)exp(-(dy * dy + dx * dx) / 8);
    }
    double y, x, new_y, new_x;
    find_centroid(&moving.shape, row, &y, &x);
    cr_assert_float_eq(y, -3.5, 1e-6);
    cr_assert_float_eq(x, 8, 1e-6);
    static const double angles[] = {15, -15, 37, -120};
    for (size_t k = 0; k < sizeof angles / sizeof *angles; k++) {
        const double angle = angles[k] * M_PI / 180;
        eg_rotate_and_shift(&moving, angles[k], 3, -2, row, out);
        find_centroid(&moving.shape, out, &new_y, &new_x);
        cr_assert_float_eq(new_x, cos(angle) * x + sin(angle) * y - 2, 5e-3, "%g", new_x);
        cr_assert_float_eq(new_y, cos(angle) * y - sin(angle) * x + 3, 5e-3, "%g", new_y);
    }
}

Test(distort, interpolates_between_four_pixels)
{
    const struct eg_moving moving = {.shape = {3, 3, 1}, .fill = {10}};
    const real row[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    real out[9];
    eg_rotate_and_shift(&moving, 45, 0, 0, row, out);
    /* Row 0, column 1 is one above the centre; it comes from s above and s right of the centre. */
    const double s = sqrt(0.5), t = 1 - s;
    cr_assert_float_eq(out[1], t * t * 5 + t * s * 6 + s * t * 2 + s * s * 3, 1e-12);
    cr_assert_float_eq(out[4], 5, 1e-12);
    /* Row 0, column 0 comes from straight above the centre, u of a pixel outside. */
    const double u = 2 * s - 1;
    cr_assert_float_eq(out[0], (1 - u) * 2 + u * 10, 1e-12, "%g", out[0]);
}

/* Where a bright pixel went shows the shift; all 7 x 7 must come, about equally often. */
Test(distort, shifts_are_uniform_and_angles_within_bounds)
{
    enum { WIDE = 15, DRAWS = 4900 };
    struct eg_moving moving = {.shape = {WIDE, WIDE, 1}, .shift = 3};
    static real row[WIDE * WIDE], out[WIDE * WIDE];
    size_t seen[7][7] = {0};
    row[7 * WIDE + 7] = 1;
    for (uint64_t item = 0; item < DRAWS; item++) {
        eg_move_image(&moving, stream_of(item), row, out);
        for (size_t i = 0; i < WIDE * WIDE; i++)
            if (out[i] == 1)
                seen[i / WIDE - 4][i % WIDE - 4]++;
    }
    double chi_squared = 0;
    for (size_t k = 0; k < 49; k++)
        chi_squared += pow((double)seen[k / 7][k % 7] - 100, 2) / 100;
    cr_assert_lt(chi_squared, 84, "%g", chi_squared); /* 48 degrees of freedom, p = 0.001 */

    /* A wide row, whose end is far from the centre, shows the angle: the sine of it times 7. */
    moving = (struct eg_moving){.shape = {WIDE, WIDE, 1}, .degrees = 15};
    for (size_t i = 0; i < WIDE * WIDE; i++)
        row[i] = (real)(i / WIDE);
    double sum = 0, squares = 0, widest = 0;
    for (uint64_t item = 0; item < DRAWS; item++) {
        eg_move_image(&moving, stream_of(item), row, out);
        const double angle = asin((out[7 * WIDE + 10] - out[7 * WIDE + 4]) / 6) * 180 / M_PI;
        sum += angle;
        squares += angle * angle;
        widest = fmax(widest, fabs(angle));
    }
    /* Uniform on -15 .. 15: sd 8.66, so that four standard errors of the mean are 0.49. */
    cr_assert_float_eq(sum / DRAWS, 0, 0.49);
    cr_assert_float_eq(squares / DRAWS, 75, 4 * 67.1 / sqrt(DRAWS));
    cr_assert(widest <= 15 + 1e-9 && widest > 14.9, "%g", widest);
}

/* With b pixels before and a behind, each b - a .. of the a + b + 1 places is as likely: the sum over
 * the 25 pairs. What has moved away leaves fill, and no more of it than the shift. */
Test(distort, padding_and_a_crop_shift_as_counted_and_leave_black)
{
    enum { WIDE = 15, DRAWS = 20000, MOST = 4, PLACES = 2 * MOST + 1 };
    const struct eg_moving moving = {
        .shape = {WIDE, WIDE, 1}, .shift = MOST, .pads = 1, .fill = {-0.5}};
    static real row[WIDE * WIDE], out[WIDE * WIDE];
    double share[PLACES] = {0}, chi_squared = 0;
    size_t seen[PLACES][PLACES] = {0};
    for (int before = 0; before <= MOST; before++)
        for (int behind = 0; behind <= MOST; behind++)
            for (int first = 0; first <= before + behind; first++)
                share[MOST + before - first] += 1.0 / (25 * (before + behind + 1));
    row[7 * WIDE + 7] = 1;
    for (uint64_t item = 0; item < DRAWS; item++) {
        size_t bright = 0, black = 0;
        eg_move_image((void *)&moving, stream_of(item), row, out);
        for (size_t i = 0; i < WIDE * WIDE; i++) {
            bright = out[i] == 1 ? i : bright;
            black += out[i] == -0.5;
        }
        const long down = (long)(bright / WIDE) - 7, across = (long)(bright % WIDE) - 7;
        cr_assert(labs(down) <= MOST && labs(across) <= MOST);
        seen[down + MOST][across + MOST]++;
        cr_assert_eq(black, (size_t)(WIDE * WIDE - (WIDE - labs(down)) * (WIDE - labs(across))));
    }
    for (size_t k = 0; k < PLACES * PLACES; k++) {
        const double expected = DRAWS * share[k / PLACES] * share[k % PLACES];
        chi_squared += pow((double)seen[k / PLACES][k % PLACES] - expected, 2) / expected;
    }
    cr_assert_float_eq(share[MOST], 0.2583, 1e-4);
    cr_assert_lt(chi_squared, 124.8, "%g", chi_squared); /* 80 degrees of freedom, p = 0.001 */
}

/* By scipy.ndimage, contrib/python/image_numbers.py. */
Test(distort, nearest_pixels_fill_in_as_in_scipy)
{
    static const double turned[20] = {
        6.92820323027551, 3.46410161513776, 7.19495005480246, 6.67811690414397, 7.39230484541327,
        3.8266062413412,  7.1650635094611,  5.20096189432334, 3.78950548857478, 1.27275866404783,
        2.92468245269451, 6.27636576776036, 7.23325317547305, 6.00601183952089, 5.87083487540115,
        5.39711431702997, 5.36121593216773, 3.94975952641916, 1.81217782649107, 7.87435565298214};
    static const double moved[20] = {5.58819045102521,
                                     5.23214749472936,
                                     8.86078384071266,
                                     6,
                                     6,
                                     4.70624805231432,
                                     7.04388081044701,
                                     7.82550766030258,
                                     6,
                                     6,
                                     6.54449697673951,
                                     4.15338896056407,
                                     7.20316624734907,
                                     6.72173985464371,
                                     6,
                                     8.43125064922856,
                                     4.08037745503427,
                                     5.27740141648406,
                                     7.34795377730422,
                                     8.84306019820335};
    const struct eg_moving moving = {.shape = {4, 5, 1}, .extends = 1, .fill = {99}};
    real row[20], out[20];
    for (size_t i = 0; i < 20; i++)
        row[i] = (real)((3 * (i / 5) + 7 * (i % 5)) % 11);
    eg_rotate_and_shift(&moving, 30, 0, 0, row, out);
    for (size_t i = 0; i < 20; i++)
        cr_expect_float_eq(out[i], turned[i], 1e-12, "%zu: %.15g", i, out[i]);
    eg_rotate_and_shift(&moving, -15, 1, -2, row, out);
    for (size_t i = 0; i < 20; i++)
        cr_expect_float_eq(out[i], moved[i], 1e-12, "%zu: %.15g", i, out[i]);
}

/* Whole pixels with their channels; the shift comes first, so that it is mirrored too. */
Test(distort, every_second_image_is_mirrored)
{
    enum { DRAWS = 2000 };
    struct eg_moving moving = {.shape = colour, .shift = 3};
    real row[SIZE], plain[SIZE], out[SIZE];
    size_t mirrored = 0;
    draw_image(row);
    for (uint64_t item = 0; item < DRAWS; item++) {
        moving.flips = 0;
        eg_move_image(&moving, stream_of(item), row, plain);
        moving.flips = 1;
        eg_move_image(&moving, stream_of(item), row, out);
        if (memcmp(out, plain, sizeof out) == 0)
            continue;
        mirrored++;
        for (size_t i = 0; i < SIDE; i++)
            for (size_t j = 0; j < SIDE; j++)
                for (size_t c = 0; c < CHANNELS; c++)
                    cr_assert_eq(at(out, i, j, c), at(plain, i, SIDE - 1 - j, c));
    }
    cr_assert_float_eq((double)mirrored / DRAWS, 0.5, 4 * 0.5 / sqrt(DRAWS));
}

Test(distort, flips_whole_pixels_to_either_end)
{
    enum { WIDE = 200, PIXELS = WIDE * WIDE };
    static real row[PIXELS * CHANNELS], out[PIXELS * CHANNELS], more[PIXELS * CHANNELS];
    struct eg_flipping flipping = {.shape = {WIDE, WIDE, CHANNELS},
                                   .fraction = 0.2,
                                   .lowest = {-1, -2, -3},
                                   .highest = {1, 2, 3}};
    eg_flip_pixels(&flipping, stream_of(0), row, out);
    flipping.fraction = 0.3;
    eg_flip_pixels(&flipping, stream_of(0), row, more);
    size_t low = 0, high = 0, further = 0;
    for (size_t k = 0; k < PIXELS; k++) {
        const real *pixel = out + k * CHANNELS, *now = more + k * CHANNELS;
        low += pixel[0] == -1;
        high += pixel[0] == 1;
        for (size_t c = 0; c < CHANNELS; c++) {
            cr_assert_eq(pixel[c], pixel[0] * (real)(c + 1));
            cr_assert(pixel[c] == 0 || now[c] == pixel[c]);
        }
        further += now[0] != pixel[0];
    }
    /* Binomial: four standard errors. */
    cr_assert_float_eq((double)(low + high) / PIXELS, 0.2, 4 * sqrt(0.2 * 0.8 / PIXELS));
    cr_assert_float_eq((double)low / (double)(low + high), 0.5, 4 * sqrt(0.25 / (0.2 * PIXELS)));
    cr_assert_float_eq((double)further / PIXELS, 0.1, 4 * sqrt(0.1 * 0.9 / PIXELS));
}

Test(distort, fractions_nought_and_one)
{
    struct eg_flipping flipping = {.shape = colour, .lowest = {-9, -9, -9}, .highest = {9, 9, 9}};
    real row[SIZE], out[SIZE];
    draw_image(row);
    eg_flip_pixels(&flipping, stream_of(0), row, out);
    cr_assert_arr_eq(out, row, sizeof row);
    flipping.fraction = 1;
    eg_flip_pixels(&flipping, stream_of(0), row, out);
    for (size_t i = 0; i < SIZE; i++)
        cr_assert(out[i] == 9 || out[i] == -9);
}

Test(distort, same_stream_same_bits_other_rows_differ)
{
    struct eg_moving moving = {.shape = colour, .shift = 3, .degrees = 15};
    struct eg_flipping flipping = {.shape = colour, .fraction = 0.5, .highest = {9, 9, 9}};
    const struct {
        void *context;
        void (*change)(void *, struct eg_stream, const real *, real *);
    } changes[] = {{&moving, eg_move_image}, {&flipping, eg_flip_pixels}};
    real row[SIZE], out[SIZE], again[SIZE];
    draw_image(row);
    for (size_t k = 0; k < sizeof changes / sizeof *changes; k++) {
        changes[k].change(changes[k].context, stream_of(3), row, out);
        changes[k].change(changes[k].context, stream_of(3), row, again);
        cr_assert_arr_eq(out, again, sizeof out);
        changes[k].change(changes[k].context, stream_of(4), row, again);
        cr_assert_neq(memcmp(out, again, sizeof out), 0);
    }
    eg_flip_pixels(&flipping, stream_of(3), row, out);
    memcpy(again, row, sizeof row);
    eg_flip_pixels(&flipping, stream_of(3), again, again);
    cr_assert_arr_eq(out, again, sizeof out);
}
