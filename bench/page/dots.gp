{{! SPDX-License-Identifier: GPL-3.0-or-later }}
{{>head.gp}}
set label 1 heading at screen 0.5, screen 1 center offset 0,-1.2 noenhanced font ',15' textcolor rgb '#333333'
set tmargin {{lines}}+1.3
# the key begins a line below the axis' title
set xlabel {{title}}."\n" noenhanced offset 0,0.3
set yrange [{{lowest %g}}:0.6]
set ytics scale 0 noenhanced
set offsets graph 0.04, graph 0.04, 0, 0
{{#log_y}}
set logscale x
set format x '%g'
{{/log_y}}
set key bmargin center horizontal samplen 1.5
plot data using 2:1:ytic(5) with points pt 7 ps 1.1 lc rgb '#0072B2' notitle, \
{{#error_bars}}
     data using 2:1:({{error_bars %g}}*$3) with xerrorbars pt 7 ps 1.1 lw 2.5 lc rgb '#0072B2' title 'measured, ± {{error_bars %g}} se', \
{{/error_bars}}
{{^error_bars}}
     data using 2:1 with points pt 7 ps 1.1 lc rgb '#0072B2' title 'measured', \
{{/error_bars}}
     data using 4:1 with points pt 12 ps 1.5 lw 2.5 lc rgb '#D55E00' title 'published'
