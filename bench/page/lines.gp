{{! SPDX-License-Identifier: GPL-3.0-or-later }}
{{>head.gp}}
{{#log_x}}
set logscale x
set format x {{x_format}}
{{/log_x}}
{{#log_y}}
set logscale y
set format y '%g'
{{/log_y}}
set title heading noenhanced font ',15' textcolor rgb '#333333'
# the key begins a line below the axis' title
set xlabel {{x_title}}{{^is_single}}."\n"{{/is_single}} noenhanced offset 0,0.3
set ylabel {{y_title}} noenhanced
{{#is_single}}
unset key
{{/is_single}}
{{^is_single}}
set key bmargin center horizontal Left reverse noenhanced samplen 1.5 width 1
{{/is_single}}
plot \
{{#series}}{{^@first}}, \
{{/@first}}{{#has_bands}}     data index {{index}} using 1:($2-{{error_bars %g}}*$3):($2+{{error_bars %g}}*$3) with filledcurves fs transparent solid 0.18 noborder lc rgb {{colour}} notitle, \
{{/has_bands}}     data index {{index}} using 1:2 with {{&style}} dt {{dashes}} pt {{points}} lc rgb {{colour}} title {{title}}{{#has_published}}, \
     data index {{index}} using 1:4 with points pt 6 ps 1.2 lw 2 lc rgb {{colour}} notitle{{/has_published}}{{/series}}
