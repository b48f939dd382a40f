# SPDX-License-Identifier: GPL-3.0-or-later
# The manual page egbench(3), in mdoc, from the public headers: what each is for, and each function with the first
# sentence of its comment. awk -v version=V -v date=D -f manual.awk HEADER...

function roff(text)
{
    gsub(/\\/, "\\e", text)
    gsub(/`/, "", text)
    return text ~ /^[.']/ ? "\\&" text : text
}

# Up to a stop that a capital or the name of an argument follows; "et al. 2021" has none.
function first_sentence(text)
{
    if (match(text, /\.( [A-Z*]| [a-z_]+:|$)/))
        text = substr(text, 1, RSTART - 1)
    sub(/:$/, "", text)
    return text
}

function begin_header(text)
{
    if (listed)
        print ".El"
    listed = 0
    print ".Ss " header
    while (match(text, /\. [A-Z]/)) {
        print roff(substr(text, 1, RSTART))
        text = substr(text, RSTART + 2)
    }
    print roff(text)
}

function put_function(declaration, text)
{
    match(declaration, /egbench_[a-z0-9_]+\(/)
    if (!listed++)
        print ".Bl -tag -width Ds"
    print ".It Fn " substr(declaration, RSTART, RLENGTH - 1)
    print roff(first_sentence(text))
}

BEGIN {
    print ".\\\" SPDX-License-Identifier: GPL-3.0-or-later"
    print ".Dd " date
    print ".Dt EGBENCH 3\n.Os"
    print ".Sh NAME\n.Nm egbench\n.Nd train networks under attribution priors and explain them"
    print ".Sh SYNOPSIS\n.In egbench.h"
    print ".Bd -literal"
    print "cc program.c $(pkg-config --cflags --libs egbench)"
    print "cc program.c $(pkg-config --cflags --libs egbench-single)"
    print ".Ed"
    print ".Sh DESCRIPTION"
    print "The library trains small networks under attribution priors and explains them, as in Erion et al. (2021)."
    print "A number is an"
    print ".Vt eg_real :"
    print "double with egbench, float with egbench-single; a program links one of the two."
    print "The header includes those below but for"
    print ".In egbench_plugin.h ,"
    print "which a method as a shared object for"
    print ".Xr egbench-compare 1"
    print "takes instead."
    print "The comments of the headers are the reference: shapes, units, errors, sources."
}

FNR == 1 {
    header = FILENAME
    sub(/.*\//, "", header)
    comment = declaration = ""
    inside = 0
}

/^\/\*\*/ {
    inside = 1
    comment = ""
}

inside {
    line = $0
    inside = !sub(/ *\*\/.*/, "", line)
    sub(/^(\/\*\*| \*) ?/, "", line)
    if (line ~ /^@file/)
        is_file = 1
    else if (line == "" && comment != "")
        is_cut = 1
    else if (!is_cut)
        comment = comment (comment == "" ? "" : " ") line
    if (!inside) {
        if (is_file && header != "egbench.h")
            begin_header(comment)
        is_file = is_cut = 0
    }
    next
}

/^EGBENCH_API / || declaration != "" || /^const struct egbench_plugin \*/ {
    declaration = declaration " " $0
}

declaration != "" && /[;)]$/ {
    if (declaration ~ /egbench_[a-z0-9_]+\(/)
        put_function(declaration, comment)
    declaration = ""
}

END {
    if (listed)
        print ".El"
    print ".Sh RETURN VALUES"
    print "A function that can fail returns 0, or an"
    print ".Vt enum egbench_status"
    print "and a line in its"
    print ".Vt struct egbench_error ."
    print "The library neither prints nor exits."
    print ".Sh FILES"
    print ".Bl -tag -width Ds"
    print ".It Pa include/egbench"
    print "the headers"
    print ".It Pa share/egbench/bench/examples"
    print "whole short programs"
    print ".It Pa share/doc/egbench/docs/library.md"
    print "where to begin"
    print ".El"
    print ".Sh SEE ALSO"
    print ".Xr egbench 1 ,"
    print ".Xr egbench-compare 1 ,"
    print ".Xr pkg-config 1"
    print ".Sh HISTORY"
    print "This is the manual of version " version "."
}
