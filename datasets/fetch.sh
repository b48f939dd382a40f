#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fetches public data sets into the cache that the programs look into, as datasets/manifest lists them.
set -eu

manifest=$(dirname "$0")/manifest
retries=2
patience=20 # seconds to wait for a connection, or for a transfer that stands still
unreachable=() # hosts that did not answer; they are not asked again
cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/egbench
dry_run=

print_help()
{
    cat <<EOF
usage: fetch.sh [--dry-run] NAME...   fetches these data sets ("all": every one that can be fetched)
       fetch.sh --reproduce [all|no]  what "make reproduce" does first: fetches the small sets (all: every
                                      one, no: none) that are not there, and never fails
       fetch.sh --stand-ins           says in a line each what is measured on stand-ins, what is left out for
                                      want of data, and what brings these
       fetch.sh --list                lists the data sets, their terms and what is used instead
       fetch.sh --verify FOLDER       checks the files of a data folder against the manifest
       fetch.sh --help

Files go to \$XDG_CACHE_HOME/egbench, else ~/.cache/egbench (now: $cache). The programs
look there where neither --data nor EGBENCH_DATA_DIR names another folder. A transfer that was cut
off is taken up again. Every file is checked against the manifest's hash before it gets its name.
Exit status: 0 fine, 2 wrong usage, 3 something could not be fetched or is not what it should be.
EOF
}

fail() # STATUS MESSAGE
{
    echo "fetch.sh: $2" >&2
    exit "$1"
}

# The values of a field of a set, one a line.
read_field() # SET FIELD
{
    awk -v set="$1" -v field="$2:" '
        $1 == "set:" { inside = $2 == set }
        inside && $1 == field { sub(/^[^ ]+ /, ""); print }' "$manifest"
}

list_names()
{
    awk '$1 == "set:" { print $2 }' "$manifest"
}

list_sets()
{
    local name field
    for name in $(list_names); do
        echo "$name"
        for field in what licence size used-by fetch instead note; do
            read_field "$name" "$field" | sed "s/^/    $field: /"
        done
    done
}

# Whether the bytes on standard input have that size (- for any) and that hash.
match_bytes() # SIZE HASH
{
    local copy found size status=0
    copy=$(mktemp)
    cat >"$copy" || status=1
    size=$(wc -c <"$copy")
    case $2 in
    sha256:*) found=sha256:$(sha256sum <"$copy" | cut -d' ' -f1) ;;
    git-blob:*) found=git-blob:$({ printf 'blob %s\0' "$size" && cat "$copy"; } | sha1sum | cut -d' ' -f1) ;;
    *) found= ;;
    esac
    rm -f "$copy"
    [ "$status" -eq 0 ] && [ "$found" = "$2" ] && { [ "$1" = - ] || [ "$1" -eq "$size" ]; }
}

# Whether the file at that place, or what is gzipped in it, is the file wanted.
match_file() # PLACE SIZE HASH
{
    match_bytes "$2" "$3" <"$1" ||
        { gzip -t "$1" 2>/dev/null && gzip -dc "$1" | match_bytes "$2" "$3"; }
}

# Prints where the file lies below the folder, gzipped or not; fails where it does not.
find_file() # FOLDER PATH
{
    if [ -e "$1/$2" ]; then
        echo "$1/$2"
    elif [ -e "$1/$2.gz" ]; then
        echo "$1/$2.gz"
    else
        return 1
    fi
}

verify_folder() # FOLDER
{
    local name path size hash place good=0 bad=0 absent=0
    [ -d "$1" ] || fail 3 "'$1' is no folder"
    for name in $(list_names); do
        while read -r path size hash _; do
            if ! place=$(find_file "$1" "$path"); then
                absent=$((absent + 1))
            elif match_file "$place" "$size" "$hash"; then
                echo "ok      $place"
                good=$((good + 1))
            else
                echo "WRONG   $place: not the file that the manifest means ($hash); get it anew"
                bad=$((bad + 1))
            fi
        done < <(read_field "$name" file)
    done
    echo "$good files are right, $bad wrong, $absent of the manifest's not there"
    [ "$bad" -eq 0 ] || exit 3
    [ "$good" -gt 0 ] || fail 3 "'$1' holds none of the manifest's files"
}

host_of() # ADDRESS
{
    cut -d/ -f1-3 <<<"$1"
}

# Gets one address into PLACE.part, going on where an earlier run was cut off.
transfer() # ADDRESS PLACE
{
    local status=0 options=(--fail --location --retry "$retries" --connect-timeout "$patience"
        --speed-limit 1000 --speed-time "$patience" --output "$2.part")
    if [ -t 2 ]; then options+=(--progress-bar); else options+=(--silent); fi
    curl "${options[@]}" --continue-at - "$1" || status=$?
    # 22, 33: the server has nothing after what is there, or cannot go on in the middle.
    if [ -e "$2.part" ] && { [ "$status" -eq 22 ] || [ "$status" -eq 33 ]; }; then
        rm "$2.part"
        status=0
        curl "${options[@]}" "$1" || status=$?
    fi
    case $status in
    0) ;;
    5 | 6 | 7 | 28)
        unreachable+=("$(host_of "$1")")
        echo "fetch.sh: cannot reach $1 (no network?)" >&2
        ;;
    *) echo "fetch.sh: $1: the transfer failed (curl: $status)" >&2 ;;
    esac
    return "$status"
}

# Gets a file from the first address that has it; it takes its place only when its bytes are right.
get_file() # PLACE SIZE HASH ADDRESS...
{
    local place=$1 size=$2 hash=$3 address
    shift 3
    for address; do
        [[ " ${unreachable[*]} " != *" $(host_of "$address") "* ]] || continue
        echo "  $address"
        [ -z "$dry_run" ] || continue
        mkdir -p "$(dirname "$place")"
        transfer "$address" "$place" || continue
        if match_file "$place.part" "$size" "$hash"; then
            mv "$place.part" "$place"
            return
        fi
        rm "$place.part"
        echo "fetch.sh: $address does not give the file that the manifest means ($hash)" >&2
    done
    [ -n "$dry_run" ]
}

take_member() # SET PATH SIZE HASH MEMBER, out of the archive that get_archive put into the cache
{
    local place=$cache/$2
    [ -z "$dry_run" ] || return 0
    [ -e "$cache/$1.tar.gz" ] || return 1
    mkdir -p "$(dirname "$place")"
    if tar -xzOf "$cache/$1.tar.gz" "$5" >"$place.part" && match_file "$place.part" "$3" "$4"; then
        mv "$place.part" "$place"
    else
        rm -f "$place.part"
        echo "fetch.sh: the archive's $5 is not the file that the manifest means ($4)" >&2
        return 1
    fi
}

is_there() # PATH SIZE HASH
{
    local place
    place=$(find_file "$cache" "$1") && match_file "$place" "$2" "$3"
}

# Gets the set's archive where it has one and a file out of it is not there yet.
get_archive() # SET
{
    local path size hash source address needed=
    while read -r path size hash source; do
        [[ $source != archive:* ]] || is_there "$path" "$size" "$hash" || needed=1
    done < <(read_field "$1" file)
    [ -n "$needed" ] && [ ! -e "$cache/$1.tar.gz" ] || return 0
    read -r size hash address < <(read_field "$1" archive)
    get_file "$cache/$1.tar.gz" "$size" "$hash" "$address"
}

fetch_file() # SET PATH SIZE HASH SOURCE...
{
    local name=$1 path=$2 size=$3 hash=$4
    shift 4
    if is_there "$path" "$size" "$hash"; then
        echo "  $path is there"
        return
    fi
    case $1 in
    -) return ;;
    archive:*) take_member "$name" "$path" "$size" "$hash" "${1#archive:}" ;;
    *.gz) get_file "$cache/${path%.gz}.gz" "$size" "$hash" "$@" ;;
    *) get_file "$cache/$path" "$size" "$hash" "$@" ;;
    esac
}

fetch_set() # SET
{
    local path size hash source missing=
    local -a sources
    size=$(read_field "$1" size)
    echo "$1: $(read_field "$1" what)${size:+; $size}"
    echo "  licence: $(read_field "$1" licence)"
    if [ "$(read_field "$1" fetch)" != yes ]; then
        echo "  cannot be fetched: $(read_field "$1" fetch | sed 's/^no: //')"
        echo "  used instead: $(read_field "$1" instead)"
        return 1
    fi
    get_archive "$1" || true # the files say what is missing then
    while read -r path size hash source; do
        read -ra sources <<<"$source"
        fetch_file "$1" "$path" "$size" "$hash" "${sources[@]}" || { missing=$path; break; }
    done < <(read_field "$1" file)
    if [ -n "$missing" ]; then
        echo "  $missing could not be fetched; run this again, or put the files under $cache by hand"
        echo "  used instead: $(read_field "$1" instead)"
        return 1
    fi
    [ -n "$dry_run" ] || rm -f "$cache/$1.tar.gz"
}

fetch_sets() # NAME...
{
    local name status=0
    [ -n "$dry_run" ] || command -v curl >/dev/null || fail 3 "curl is needed; apt-get install curl"
    for name; do
        list_names | grep -qxF -- "$name" ||
            fail 2 "no data set is called '$name'; there are: $(list_names | paste -sd' ')"
    done
    [ -z "$dry_run" ] || echo "dry run: nothing is fetched; files would go to $cache"
    for name; do
        fetch_set "$name" || status=3
    done
    exit "$status"
}

list_fetchable() # FIELD: those that say yes there and can be fetched
{
    local name
    for name in $(list_names); do
        [ "$(read_field "$name" fetch)$(read_field "$name" "$1")" != yesyes ] || echo "$name"
    done
}

# Whether the folder that the programs look into has all files of the set that have an address, or one that has none:
# a form of the set that somebody brought.
has_set() # SET
{
    local folder=${EGBENCH_DATA_DIR:-$cache} path source absent=
    while read -r path _ _ source; do
        if find_file "$folder" "$path" >/dev/null; then
            [ "$source" != - ] || return 0
        else
            [ "$source" = - ] || absent=1
        fi
    done < <(read_field "$1" file)
    [ -z "$absent" ] && [ "$(read_field "$1" fetch)" = yes ]
}

# What is public and small comes before the experiments. No network is no failure: there are stand-ins.
fetch_for_reproduce() # small|all|no
{
    local name wanted=()
    [ "$1" = no ] && return
    if [ -n "${EGBENCH_DATA_DIR:-}" ]; then
        echo "data: those of EGBENCH_DATA_DIR=$EGBENCH_DATA_DIR; nothing is fetched"
        return
    fi
    for name in $(list_fetchable "$([ "$1" = all ] && echo fetch || echo small)"); do
        has_set "$name" || wanted+=("$name")
    done
    [ ${#wanted[@]} -gt 0 ] || return 0
    if ! command -v curl >/dev/null && ! "$(dirname "$0")/../tests/install_deps.sh" fetch; then
        echo "data: nothing is fetched, since curl is missing (apt-get install curl ca-certificates)"
        return
    fi
    retries=0
    patience=${FETCH_SECONDS:-8}
    for name in "${wanted[@]}"; do
        fetch_set "$name" || true
    done
}

say_stand_ins()
{
    local name absent=() get=()
    for name in $(list_names); do
        [ -n "$(read_field "$name" stand-in)" ] || continue
        ! has_set "$name" || continue
        absent+=("$name on $(read_field "$name" stand-in)")
        [ "$(read_field "$name" fetch)" != yes ] || get+=("$name")
    done
    [ ${#absent[@]} -gt 0 ] || return 0
    printf 'measured on stand-ins, which says nothing about the published numbers: %s' "$(printf '%s, ' "${absent[@]}" | sed 's/, $//')"
    if [ ${#get[@]} -gt 0 ]; then
        printf '; the real data: %s %s && make reproduce' "$0" "${get[*]}"
    fi
    printf ' (%s --list says where others are)\n' "$0"
}

# What has no stand-in, and so is not there at all.
say_left_out()
{
    local name what
    for name in $(list_names); do
        what=$(read_field "$name" left-out)
        if [ -n "$what" ] && ! has_set "$name"; then
            printf 'left out, for want of %s: %s; with them: %s %s && make reproduce\n' "$name" "$what" "$0" "$name"
        fi
    done
}

[ $# -gt 0 ] || { print_help >&2; exit 2; }
[ -r "$manifest" ] || fail 3 "$manifest cannot be read"
case $1 in
--help) print_help ;;
--list) list_sets ;;
--reproduce)
    case ${2:-small} in
    small | all | no) fetch_for_reproduce "${2:-small}" ;;
    *) fail 2 "FETCH=$2: use small (the default), all or no" ;;
    esac
    ;;
--stand-ins)
    say_stand_ins
    say_left_out
    ;;
--verify)
    [ $# -eq 2 ] || fail 2 "--verify takes one folder"
    verify_folder "$2"
    ;;
*)
    if [ "$1" = --dry-run ]; then
        dry_run=1
        shift
        [ $# -gt 0 ] || fail 2 "--dry-run needs the name of a data set, or all"
    fi
    [ "$1" != all ] || read -ra names <<<"$(list_fetchable fetch | paste -sd' ')"
    case $1 in
    all) fetch_sets "${names[@]}" ;;
    -*) fail 2 "unknown option '$1'; see --help" ;;
    *) fetch_sets "$@" ;;
    esac
    ;;
esac
