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
{{#from_zero}}
set xrange [0:*]
set offsets 0, graph 0.04, 0, 0
set ytics offset -0.7,0
{{^is_above_zero}}
set xrange [0:1]
set xtics 1
{{/is_above_zero}}
{{/from_zero}}
plot data index 0 using 2:1:ytic(6) with points pt 7 ps 1.1 lc rgb '#0072B2' notitle{{#has_intervals}}, \
     data index 0 using 2:1:3:4 with xerrorbars pt 7 ps 1.1 lw 2.5 lc rgb '#0072B2' title 'measured'{{/has_intervals}}{{^has_intervals}}, \
     data index 0 using 2:1 with points pt 7 ps 1.1 lc rgb '#0072B2' title 'measured'{{/has_intervals}}{{#has_runs}}, \
     data index 1 using 2:1 with points pt 7 ps 0.5 lc rgb '#0072B2' title 'single runs'{{/has_runs}}{{#has_published}}, \
     data index 0 using 5:1 with points pt 12 ps 1.5 lw 2.5 lc rgb '#D55E00' title {{beside}}{{/has_published}}
