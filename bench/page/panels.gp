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
plot data index {{index}} using 2:1:(0):2:($1-0.36):($1+0.36):ytic(5) with boxxyerror fs solid 0.85 noborder lc rgb '#0072B2' notitle{{#error_bars}}, \
     data index {{index}} using 2:1:({{error_bars %g}}*$3) with xerrorbars pt -1 lw 1.2 lc rgb '#333333' notitle{{/error_bars}}
{{/panels}}
unset multiplot
