/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The transforms of nn/winograd.h for one kind of vector; part of tile_template.h, with its names. T d of a
 * vector d of vectors, then T d T' of a square. Every operation is one FUSE, so that the bits are the same
 * whatever the vector: a + b is fma(1, a, b), a - b is fma(-1, b, a), x a is fma(x, a, 0).
 */
TARGET static inline VECTOR TILE(axpy)(double number, VECTOR a, VECTOR b)
{
    return FUSE(SPREAD((real)number), a, b);
}

TARGET static inline VECTOR TILE(plus)(VECTOR a, VECTOR b)
{
    return TILE(axpy)(1, a, b);
}

TARGET static inline VECTOR TILE(minus)(VECTOR a, VECTOR b)
{
    return TILE(axpy)(-1, b, a);
}

TARGET static inline VECTOR TILE(times)(double number, VECTOR a)
{
    return TILE(axpy)(number, a, SPREAD(0));
}

/* --- F(4, 3) --- */

/* Points number `at` and `at` + 1, which are a and -a; b is the other pair's. */
TARGET static inline void TILE(window_pair)(size_t at, double a, double b, const VECTOR *d,
                                            VECTOR *t)
{
    const VECTOR even = TILE(axpy)(-b * b, d[2], d[4]), odd = TILE(axpy)(-b * b, d[1], d[3]);
    t[at] = TILE(axpy)(a, odd, even);
    t[at + 1] = TILE(axpy)(-a, odd, even);
}

TARGET static inline void TILE(window_f4)(const VECTOR *d, VECTOR *t)
{
    const double a = EG_WINOGRAD_NEAR, b = EG_WINOGRAD_FAR, product = a * a * b * b;
    t[0] = TILE(axpy)(product, d[0], TILE(axpy)(-(a * a + b * b), d[2], d[4]));
    TILE(window_pair)(1, a, b, d, t);
    TILE(window_pair)(3, b, a, d, t);
    t[5] = TILE(axpy)(product, d[1], TILE(axpy)(-(a * a + b * b), d[3], d[5]));
}

TARGET static inline void TILE(outcome_f4)(const VECTOR *d, VECTOR *t)
{
    const double a = EG_WINOGRAD_NEAR, b = EG_WINOGRAD_FAR;
    const VECTOR near = TILE(plus)(d[1], d[2]), near_odd = TILE(minus)(d[1], d[2]);
    const VECTOR far = TILE(plus)(d[3], d[4]), far_odd = TILE(minus)(d[3], d[4]);
    t[0] = TILE(plus)(TILE(plus)(d[0], near), far);
    t[1] = TILE(axpy)(b, far_odd, TILE(times)(a, near_odd));
    t[2] = TILE(axpy)(b * b, far, TILE(times)(a * a, near));
    t[3] = TILE(axpy)(b * b * b, far_odd, TILE(axpy)(a * a * a, near_odd, d[5]));
}

TARGET static inline void TILE(adjoint_pair)(size_t at, double a, const VECTOR *d, VECTOR *t)
{
    const VECTOR even = TILE(axpy)(a * a, d[2], d[0]), odd = TILE(axpy)(a * a, d[3], d[1]);
    t[at] = TILE(axpy)(a, odd, even);
    t[at + 1] = TILE(axpy)(-a, odd, even);
}

TARGET static inline void TILE(adjoint_f4)(const VECTOR *d, VECTOR *t)
{
    t[0] = d[0];
    TILE(adjoint_pair)(1, EG_WINOGRAD_NEAR, d, t);
    TILE(adjoint_pair)(3, EG_WINOGRAD_FAR, d, t);
    t[5] = d[3];
}

/* What a pair's part of the product is divided by. */
static inline double TILE(norm)(double a, double b)
{
    return 2 * a * a * (a * a - b * b);
}

TARGET static inline void TILE(taps_pair)(size_t at, double a, double b, const VECTOR *d, VECTOR *t)
{
    const double norm = TILE(norm)(a, b);
    const VECTOR even = TILE(axpy)(a * a / norm, d[2], TILE(times)(1 / norm, d[0]));
    t[at] = TILE(axpy)(a / norm, d[1], even);
    t[at + 1] = TILE(axpy)(-a / norm, d[1], even);
}

TARGET static inline void TILE(taps_f4)(const VECTOR *d, VECTOR *t)
{
    const double a = EG_WINOGRAD_NEAR, b = EG_WINOGRAD_FAR;
    t[0] = TILE(times)(1 / (a * a * b * b), d[0]);
    TILE(taps_pair)(1, a, b, d, t);
    TILE(taps_pair)(3, b, a, d, t);
    t[5] = d[2];
}

TARGET static inline void TILE(gradient_f4)(const VECTOR *d, VECTOR *t)
{
    const double a = EG_WINOGRAD_NEAR, b = EG_WINOGRAD_FAR;
    const double near_norm = TILE(norm)(a, b), far_norm = TILE(norm)(b, a);
    const VECTOR near = TILE(plus)(d[1], d[2]), near_odd = TILE(minus)(d[1], d[2]);
    const VECTOR far = TILE(plus)(d[3], d[4]), far_odd = TILE(minus)(d[3], d[4]);
    const VECTOR zero = TILE(times)(1 / (a * a * b * b), d[0]);
    t[0] = TILE(axpy)(1 / far_norm, far, TILE(axpy)(1 / near_norm, near, zero));
    t[1] = TILE(axpy)(b / far_norm, far_odd, TILE(times)(a / near_norm, near_odd));
    t[2] = TILE(axpy)(b * b / far_norm, far, TILE(axpy)(a * a / near_norm, near, d[5]));
}

/* --- F(2, 5), whose window is that of F(4, 3) --- */

TARGET static inline void TILE(outcome_f25)(const VECTOR *d, VECTOR *t)
{
    const VECTOR near = TILE(plus)(d[1], d[2]), near_odd = TILE(minus)(d[1], d[2]);
    const VECTOR far = TILE(plus)(d[3], d[4]), far_odd = TILE(minus)(d[3], d[4]);
    t[0] = TILE(plus)(TILE(plus)(d[0], near), far);
    t[1] = TILE(axpy)(EG_WINOGRAD_FAR, far_odd, TILE(axpy)(EG_WINOGRAD_NEAR, near_odd, d[5]));
}

TARGET static inline void TILE(adjoint_f25)(const VECTOR *d, VECTOR *t)
{
    t[0] = d[0];
    t[1] = TILE(axpy)(EG_WINOGRAD_NEAR, d[1], d[0]);
    t[2] = TILE(axpy)(-EG_WINOGRAD_NEAR, d[1], d[0]);
    t[3] = TILE(axpy)(EG_WINOGRAD_FAR, d[1], d[0]);
    t[4] = TILE(axpy)(-EG_WINOGRAD_FAR, d[1], d[0]);
    t[5] = d[1];
}

TARGET static inline void TILE(taps_pair_of_5)(size_t at, double a, double b, const VECTOR *d,
                                               VECTOR *t)
{
    const double norm = TILE(norm)(a, b), a2 = a * a;
    const VECTOR even = TILE(axpy)(a2 * a2 / norm, d[4],
                                   TILE(axpy)(a2 / norm, d[2], TILE(times)(1 / norm, d[0])));
    const VECTOR odd = TILE(axpy)(a2, d[3], d[1]);
    t[at] = TILE(axpy)(a / norm, odd, even);
    t[at + 1] = TILE(axpy)(-a / norm, odd, even);
}

TARGET static inline void TILE(taps_f25)(const VECTOR *d, VECTOR *t)
{
    const double a = EG_WINOGRAD_NEAR, b = EG_WINOGRAD_FAR;
    t[0] = TILE(times)(1 / (a * a * b * b), d[0]);
    TILE(taps_pair_of_5)(1, a, b, d, t);
    TILE(taps_pair_of_5)(3, b, a, d, t);
    t[5] = d[4];
}

TARGET static inline void TILE(gradient_f25)(const VECTOR *d, VECTOR *t)
{
    const double a = EG_WINOGRAD_NEAR, b = EG_WINOGRAD_FAR, a2 = a * a, b2 = b * b;
    const double near_norm = TILE(norm)(a, b), far_norm = TILE(norm)(b, a);
    const VECTOR near = TILE(times)(1 / near_norm, TILE(plus)(d[1], d[2]));
    const VECTOR far = TILE(times)(1 / far_norm, TILE(plus)(d[3], d[4]));
    const VECTOR near_odd = TILE(times)(a / near_norm, TILE(minus)(d[1], d[2]));
    const VECTOR far_odd = TILE(times)(b / far_norm, TILE(minus)(d[3], d[4]));
    t[0] = TILE(axpy)(1 / (a2 * b2), d[0], TILE(plus)(near, far));
    t[1] = TILE(plus)(near_odd, far_odd);
    t[2] = TILE(axpy)(b2, far, TILE(times)(a2, near));
    t[3] = TILE(axpy)(b2, far_odd, TILE(times)(a2, near_odd));
    t[4] = TILE(axpy)(b2 * b2, far, TILE(axpy)(a2 * a2, near, d[5]));
}

/* --- F(2, 3) --- */

TARGET static inline void TILE(window_f2)(const VECTOR *d, VECTOR *t)
{
    t[0] = TILE(minus)(d[0], d[2]);
    t[1] = TILE(plus)(d[1], d[2]);
    t[2] = TILE(minus)(d[2], d[1]);
    t[3] = TILE(minus)(d[1], d[3]);
}

TARGET static inline void TILE(outcome_f2)(const VECTOR *d, VECTOR *t)
{
    t[0] = TILE(plus)(TILE(plus)(d[0], d[1]), d[2]);
    t[1] = TILE(minus)(TILE(minus)(d[1], d[2]), d[3]);
}

TARGET static inline void TILE(adjoint_f2)(const VECTOR *d, VECTOR *t)
{
    t[0] = d[0];
    t[1] = TILE(plus)(d[0], d[1]);
    t[2] = TILE(minus)(d[0], d[1]);
    t[3] = TILE(times)(-1, d[1]);
}

TARGET static inline void TILE(taps_f2)(const VECTOR *d, VECTOR *t)
{
    const VECTOR even = TILE(times)(0.5, TILE(plus)(d[0], d[2]));
    t[0] = d[0];
    t[1] = TILE(axpy)(0.5, d[1], even);
    t[2] = TILE(axpy)(-0.5, d[1], even);
    t[3] = d[2];
}

TARGET static inline void TILE(gradient_f2)(const VECTOR *d, VECTOR *t)
{
    const VECTOR sum = TILE(plus)(d[1], d[2]);
    t[0] = TILE(axpy)(0.5, sum, d[0]);
    t[1] = TILE(times)(0.5, TILE(minus)(d[1], d[2]));
    t[2] = TILE(axpy)(0.5, sum, d[3]);
}

/* --- T(2) --- */

TARGET static inline void TILE(window_t2)(const VECTOR *d, VECTOR *t)
{
    t[0] = TILE(plus)(d[0], d[1]);
    t[1] = d[1];
    t[2] = d[0];
}

TARGET static inline void TILE(outcome_t2)(const VECTOR *d, VECTOR *t)
{
    t[0] = TILE(plus)(d[0], d[1]);
    t[1] = TILE(plus)(d[0], d[2]);
}

TARGET static inline void TILE(adjoint_t2)(const VECTOR *d, VECTOR *t)
{
    t[0] = TILE(plus)(d[0], d[1]);
    t[1] = d[0];
    t[2] = d[1];
}

TARGET static inline void TILE(taps_t2)(const VECTOR *d, VECTOR *t)
{
    t[0] = d[1];
    t[1] = TILE(minus)(d[2], d[1]);
    t[2] = TILE(minus)(d[0], d[1]);
}

TARGET static inline void TILE(gradient_t2)(const VECTOR *d, VECTOR *t)
{
    t[0] = d[2];
    t[1] = TILE(minus)(TILE(minus)(d[0], d[1]), d[2]);
    t[2] = d[1];
}

/* --- squares --- */

/* The vectors at number c of `from` (sees x sees), along columns and then rows, to number c of `to` (gives x
 * gives), plus those of `added` where it is not NULL. */
#define SQUARE(map, sees, gives)                                                                   \
    TARGET static void TILE(square_##map)(size_t c, const real *const *from,                       \
                                          const real *const *added, real *const *to)               \
    {                                                                                              \
        VECTOR half[gives][sees];                                                                  \
        _Pragma("GCC unroll 8") for (size_t j = 0; j < (sees); j++)                                \
        {                                                                                          \
            VECTOR d[sees], t[gives];                                                              \
            _Pragma("GCC unroll 8") for (size_t i = 0; i < (sees); i++)                            \
                d[i] = LOAD(from[i * (sees) + j] + c);                                             \
            TILE(map)(d, t);                                                                       \
            _Pragma("GCC unroll 8") for (size_t i = 0; i < (gives); i++) half[i][j] = t[i];        \
        }                                                                                          \
        _Pragma("GCC unroll 8") for (size_t i = 0; i < (gives); i++)                               \
        {                                                                                          \
            VECTOR t[gives];                                                                       \
            TILE(map)(half[i], t);                                                                 \
            _Pragma("GCC unroll 8") for (size_t j = 0; j < (gives); j++)                           \
            {                                                                                      \
                const size_t at = i * (gives) + j;                                                 \
                STORE(to[at] + c, added ? TILE(plus)(LOAD(added[at] + c), t[j]) : t[j]);           \
            }                                                                                      \
        }                                                                                          \
    }
SQUARE(window_f4, 6, 6)
SQUARE(outcome_f4, 6, 4)
SQUARE(adjoint_f4, 4, 6)
SQUARE(taps_f4, 3, 6)
SQUARE(gradient_f4, 6, 3)
SQUARE(outcome_f25, 6, 2)
SQUARE(adjoint_f25, 2, 6)
SQUARE(taps_f25, 5, 6)
SQUARE(gradient_f25, 6, 5)
SQUARE(window_f2, 4, 4)
SQUARE(outcome_f2, 4, 2)
SQUARE(adjoint_f2, 2, 4)
SQUARE(taps_f2, 3, 4)
SQUARE(gradient_f2, 4, 3)
SQUARE(window_t2, 2, 3)
SQUARE(outcome_t2, 3, 2)
SQUARE(adjoint_t2, 2, 3)
SQUARE(taps_t2, 3, 3)
SQUARE(gradient_t2, 3, 3)
#undef SQUARE

/* In the order of enum eg_winograd_form and enum eg_winograd_map. */
#define SQUARES(window, form)                                                                      \
    {                                                                                              \
        TILE(square_window_##window), TILE(square_outcome_##form), TILE(square_adjoint_##form),    \
            TILE(square_taps_##form), TILE(square_gradient_##form)                                 \
    }
static eg_winograd_square *const TILE(squares)[EG_WINOGRAD_FORMS][EG_WINOGRAD_MAPS] = {
    SQUARES(f4, f4), SQUARES(f2, f2), SQUARES(t2, t2), SQUARES(f4, f25)};
#undef SQUARES
