{{! SPDX-License-Identifier: GPL-3.0-or-later }}
{{>head.gp}}
set title heading noenhanced font ',15' textcolor rgb '#333333' offset 0,1.3
unset border
unset tics
unset grid
unset key
set lmargin at screen {{left %.4f}}
set rmargin at screen {{right %.4f}}
set bmargin at screen {{bottom %.4f}}
set tmargin at screen {{top %.4f}}
set xrange [-0.5:{{across %g}}]
set yrange [{{down %g}}:-0.5]
set palette defined (-1 '#2166AC', -0.5 '#92C5DE', 0 '#FFFFFF', 0.5 '#F4A582', 1 '#B2182B')
set cbrange [-3:3]
set colorbox horizontal user origin screen {{bar_left %.4f}},{{bar_bottom %.4f}} size screen {{bar_width %.4f}},{{bar_height %.4f}}
set cbtics ('-3 (against the class)' -3, '0' 0, '3 (for the class)' 3) scale 0 offset 0,0.3
set cblabel 'attribution to the logit of the class, in standard deviations of the map' offset 0,0.9 font ',14'
{{#labels}}
set label {{text}} noenhanced at {{x %g}},{{y %g}} {{&align}} font ',{{size}}'
{{/labels}}
{{! A viewer blurs small pictures that are drawn large, unless told not to; smooth maps are what the figure is about. gnuplot has no word for it. }}
set output "| sed \"s/<image /<image style='image-rendering:optimizeSpeed;image-rendering:pixelated' /\""
plot \
{{#panels}}{{^@first}}, \
{{/@first}}     data index {{index}} using ($1+{{x %g}}):($2+{{y %g}}):{{#is_image}}3:4:5 with rgbimage{{/is_image}}{{^is_image}}3 with image{{/is_image}} notitle{{/panels}}
set output
