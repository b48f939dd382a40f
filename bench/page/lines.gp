{{! SPDX-License-Identifier: GPL-3.0-or-later }}
{{>head.gp}}
{{>axes.gp}}
plot \
{{#series}}{{^@first}}, \
{{/@first}}{{#has_bands}}     data index {{index}} using 1:3:4 with filledcurves fs transparent solid 0.18 noborder lc rgb {{colour}} notitle, \
{{/has_bands}}{{#has_runs}}     data index {{runs}} using 1:2 with points pt 7 ps 0.4 lc rgb {{colour}} notitle, \
{{/has_runs}}     data index {{index}} using 1:2 with {{&style}} dt {{dashes}} lc rgb {{colour}} title {{title}}{{#has_published}}, \
     data index {{index}} using 1:5 with points pt 6 ps 1.2 lw 2 lc rgb {{colour}} notitle{{/has_published}}{{/series}}{{#has_published}}, \
     NaN with points pt 6 ps 1.2 lw 2 lc rgb '#555555' title {{beside}}{{/has_published}}
