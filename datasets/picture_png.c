/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "datasets/picture_formats.h"

/* libpng leaves a decoding by a jump; what it must find again is in here. */
struct decoding {
    png_structp png;
    png_infop info;
    struct eg_picture_input *input;
    size_t at; /* bytes read */
    png_bytep *rows;
};

static _Noreturn void fail(png_structp png, png_const_charp reason)
{
    struct decoding *decoding = png_get_error_ptr(png);
    eg_fail(decoding->input->error, EG_DATA, "%s: a damaged PNG file (%.100s)",
            decoding->input->name, reason);
    png_longjmp(png, 1);
}

static void say_nothing(png_structp png, png_const_charp warning)
{
    (void)png;
    (void)warning;
}

static void take_bytes(png_structp png, png_bytep bytes, size_t count)
{
    struct decoding *decoding = png_get_io_ptr(png);
    if (count > decoding->input->size - decoding->at)
        png_error(png, "it is cut short");
    memcpy(bytes, decoding->input->bytes + decoding->at, count);
    decoding->at += count;
}

/* Three channels of a byte, whatever the file has. */
static void set_format(const struct decoding *decoding)
{
    png_set_palette_to_rgb(decoding->png);
    png_set_expand_gray_1_2_4_to_8(decoding->png);
    png_set_strip_16(decoding->png);
    png_set_strip_alpha(decoding->png);
    png_set_gray_to_rgb(decoding->png);
    png_set_interlace_handling(decoding->png);
    png_read_update_info(decoding->png, decoding->info);
}

static int decode(struct decoding *decoding)
{
    struct eg_picture_input *input = decoding->input;
    png_structp png = decoding->png;
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff); /* pixels are counted below */
    png_set_read_fn(png, decoding, take_bytes);
    png_read_info(png, decoding->info);
    const size_t height = png_get_image_height(png, decoding->info);
    const size_t width = png_get_image_width(png, decoding->info);
    int status = eg_picture_make_room(input, height, width);
    if (status)
        return status;
    set_format(decoding);
    if (png_get_rowbytes(png, decoding->info) != width * input->picture->shape.channels)
        return eg_fail(input->error, EG_DATA, "%s: a PNG file of no kind that is known",
                       input->name);
    decoding->rows = eg_alloc(height, sizeof *decoding->rows, input->error);
    if (!decoding->rows)
        return EG_INTERNAL;
    for (size_t y = 0; y < height; y++)
        decoding->rows[y] = input->picture->pixels + y * width * input->picture->shape.channels;
    png_read_image(png, decoding->rows);
    png_read_end(png, NULL);
    return EG_OK;
}

static int try_to_decode(struct decoding *decoding)
{
    return setjmp(png_jmpbuf(decoding->png)) ? EG_DATA : decode(decoding);
}

int eg_picture_decode_png(struct eg_picture_input *input)
{
    struct decoding decoding = {.input = input};
    decoding.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoding, fail, say_nothing);
    decoding.info = decoding.png ? png_create_info_struct(decoding.png) : NULL;
    const int status = decoding.info ? try_to_decode(&decoding)
                                     : eg_fail(input->error, EG_INTERNAL, "out of memory");
    png_destroy_read_struct(&decoding.png, &decoding.info, NULL);
    free(decoding.rows);
    return status;
}
