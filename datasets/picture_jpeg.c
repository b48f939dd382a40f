/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jerror.h>
#include <jpeglib.h>

#include "datasets/picture_formats.h"

/* libjpeg leaves a decoding by a jump; what it must find again is in here. */
struct decoding {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    struct eg_picture_input *input;
    jmp_buf failed;
    uint8_t *inks; /* a row of CMYK */
    int is_cut;    /* the file ended too early */
};

static struct decoding *decoding_of(j_common_ptr info)
{
    return info->client_data;
}

static void fail(j_common_ptr info)
{
    struct decoding *decoding = decoding_of(info);
    char reason[JMSG_LENGTH_MAX];
    info->err->format_message(info, reason);
    eg_fail(decoding->input->error, EG_DATA, "%s: a damaged JPEG file (%s)", decoding->input->name,
            reason);
    longjmp(decoding->failed, 1);
}

/* Warnings are of data that libjpeg has a way of going on from, as viewers do. */
static void warn(j_common_ptr info, int level)
{
    decoding_of(info)->is_cut |= level < 0 && info->err->msg_code == JWRN_JPEG_EOF;
}

static void say_nothing(j_common_ptr info)
{
    (void)info;
}

/* Each pass takes the time of a picture, and a small file can ask for any number of them. */
static void count_passes(j_common_ptr info)
{
    struct decoding *decoding = decoding_of(info);
    if (decoding->info.input_scan_number <= EG_PICTURE_PASSES)
        return;
    eg_fail(decoding->input->error, EG_DATA,
            "%s: a progressive JPEG file of more than %d passes; save it again",
            decoding->input->name, EG_PICTURE_PASSES);
    longjmp(decoding->failed, 1);
}

/* a b / 255, rounded */
static unsigned times(unsigned a, unsigned b)
{
    const unsigned t = a * b + 128;
    return (t + (t >> 8)) >> 8;
}

/* Stored inverted: what is stored is how much of the light an ink lets through. */
static void mix_inks(const uint8_t *inks, size_t width, uint8_t *pixels)
{
    for (size_t i = 0; i < width; i++)
        for (size_t c = 0; c < 3; c++) {
            const unsigned light = inks[4 * i + 3];
            pixels[3 * i + c] = (uint8_t)(light - times(255u - inks[4 * i + c], light));
        }
}

static int read_rows(struct decoding *decoding)
{
    struct jpeg_decompress_struct *info = &decoding->info;
    struct eg_picture_input *input = decoding->input;
    const int has_inks = info->out_color_space == JCS_CMYK;
    const size_t width = info->output_width;
    decoding->inks = has_inks ? eg_alloc(width, 4, input->error) : NULL;
    if (has_inks && !decoding->inks)
        return EG_INTERNAL;
    while (info->output_scanline < info->output_height) {
        uint8_t *pixels = input->picture->pixels + info->output_scanline * width * 3;
        JSAMPROW row = has_inks ? decoding->inks : pixels;
        jpeg_read_scanlines(info, &row, 1);
        if (has_inks)
            mix_inks(decoding->inks, width, pixels);
    }
    return decoding->is_cut ? eg_fail(input->error, EG_DATA,
                                      "%s: the JPEG file is cut short; copy it again", input->name)
                            : EG_OK;
}

static int decode(struct decoding *decoding)
{
    struct jpeg_decompress_struct *info = &decoding->info;
    struct eg_picture_input *input = decoding->input;
    jpeg_create_decompress(info);
    info->progress = &decoding->progress;
    jpeg_mem_src(info, input->bytes, input->size);
    jpeg_read_header(info, TRUE);
    const int has_inks = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
    info->out_color_space = has_inks ? JCS_CMYK : JCS_RGB;
    const int status = eg_picture_make_room(input, info->image_height, info->image_width);
    if (status)
        return status;
    jpeg_start_decompress(info);
    return read_rows(decoding);
}

int eg_picture_decode_jpeg(struct eg_picture_input *input)
{
    struct decoding *decoding = eg_alloc(1, sizeof *decoding, input->error);
    if (!decoding)
        return EG_INTERNAL;
    decoding->input = input;
    decoding->info.err = jpeg_std_error(&decoding->errors);
    decoding->info.client_data = decoding;
    decoding->errors.error_exit = fail;
    decoding->errors.emit_message = warn;
    decoding->errors.output_message = say_nothing;
    decoding->progress.progress_monitor = count_passes;
    const int status = setjmp(decoding->failed) ? EG_DATA : decode(decoding);
    jpeg_destroy_decompress(&decoding->info);
    free(decoding->inks);
    free(decoding);
    return status;
}
