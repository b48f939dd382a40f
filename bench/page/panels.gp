{{! SPDX-License-Identifier: GPL-3.0-or-later }}
{{>head.gp}}
set multiplot layout {{rows}},{{columns}} title heading noenhanced font ',17'
set yrange [*:0.6]
set xrange [0:*]
set ytics scale 0 noenhanced font ',11'
unset key
set xlabel {{y_title}} noenhanced offset 0,0.3
{{#panels}}
set title {{title}} noenhanced
set xtics 0,{{step %g}} font ',12'
plot data index {{index}} using 2:1:(0):2:($1-0.36):($1+0.36):ytic(6) with boxxyerror fs solid 0.85 noborder lc rgb '#0072B2' notitle{{#has_intervals}}, \
     data index {{index}} using 2:1:3:4 with xerrorbars pt -1 lw 1.2 lc rgb '#333333' notitle{{/has_intervals}}{{#has_runs}}, \
     data index {{runs}} using 2:1 with points pt 7 ps 0.4 lc rgb '#333333' notitle{{/has_runs}}
{{/panels}}
unset multiplot
