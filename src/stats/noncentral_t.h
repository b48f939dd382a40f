/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_STATS_NONCENTRAL_T_H
#define EG_STATS_NONCENTRAL_T_H

/* P(T <= t) of the noncentral t distribution, T = (Z + delta) / S with Z standard normal and S^2 an
 * independent chi-squared over its df degrees of freedom: what t is where there is an effect. Correct to
 * 1e-6 for |t| up to 100. NaN for a NaN or df <= 0. */
double eg_noncentral_t_cdf(double t, double df, double delta);

#endif
