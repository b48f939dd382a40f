{{! SPDX-License-Identifier: GPL-3.0-or-later }}
# gnuplot {{&name}}.gp > {{&name}}.svg
set terminal svg size {{width}},{{height}} dynamic background '#ffffff' font 'DejaVu Sans,Liberation Sans,Arial,sans-serif,{{font}}'
set encoding utf8
set datafile missing '?'
data = '{{&name}}.dat'
set border 3 lc rgb '#555555'
set tics nomirror
set grid lc rgb '#DDDDDD' lw 1
heading = {{#heading}}{{^@first}}."\n".{{/@first}}{{.}}{{/heading}}
