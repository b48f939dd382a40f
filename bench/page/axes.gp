{{! SPDX-License-Identifier: GPL-3.0-or-later }}
{{#log_x}}
set logscale x
set format x {{x_format}}
{{/log_x}}
{{#log_y}}
set logscale y
set format y '%g'
{{/log_y}}
# x ends with the last point, and no point lies on an axis below it
set autoscale fix
set offsets 0, 0, graph 0.03, graph 0.03
set title heading noenhanced font ',15' textcolor rgb '#333333'
# the key begins a line below the axis' title
set xlabel {{x_title}}."\n" noenhanced offset 0,0.3
set ylabel {{y_title}} noenhanced
set key bmargin center horizontal Left reverse noenhanced samplen 1.5 width 1
