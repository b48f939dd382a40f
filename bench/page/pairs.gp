{{! SPDX-License-Identifier: GPL-3.0-or-later }}
{{>head.gp}}
{{>axes.gp}}
set offsets graph 0.05, graph 0.05, graph 0.05, graph 0.05
set errorbars 0
plot \
{{#series}}{{^@first}}, \
{{/@first}}{{#has_arrows}}     data index {{index}} using 1:2:8:9 with vectors nohead lw 1.2 lc rgb {{colour}} notitle, \
     data index {{index}} using 1:2:(0.55*$8):(0.55*$9) with vectors filled size graph 0.016,20 lw 1.2 lc rgb {{colour}} notitle, \
{{/has_arrows}}{{#has_intervals}}     data index {{index}} using 1:2:4:5:6:7 with xyerrorbars pt -1 lw 0.7 lc rgb {{colour}} notitle, \
{{/has_intervals}}{{#has_runs}}     data index {{runs}} using 1:2 with points pt 7 ps 0.4 lc rgb {{colour}} notitle, \
{{/has_runs}}{{#names_x}}     data index {{index}} using 1:2:($3 > 0 ? sprintf('%.3g', $3) : '') with labels offset 0,0.9 font ',13' textcolor rgb {{colour}} notitle, \
{{/names_x}}     data index {{index}} using 1:2 with points ps 0.9 pt {{points}} lc rgb {{colour}} title {{title}}{{/series}}
