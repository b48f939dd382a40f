#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A newcomer's machine: a minimal Debian, a user who is not root, this tree as git has it and as it is worked on, the
# two commands of README.md (the first at smoke scale). Ends with "N passed, N failed, N skipped", a test for each step.
#   tests/fresh_test.sh [RELEASE...]      default: bookworm trixie
# Needs root, debootstrap and Debian's archive, which it takes from this machine's apt. FRESH names a folder in which
# the systems are kept from run to run (default: a scratch folder, removed at the end).
# shellcheck disable=SC2016 # apt-get and the inner shell expand what is theirs
set -eu
cd "$(dirname "$0")/.."
releases=("$@")
[ $# -gt 0 ] || releases=(bookworm trixie)
fail()
{
    echo "fresh-test: $*" >&2
    exit 1
}
[ "$(id -u)" -eq 0 ] || fail 'debootstrap and chroot take root'
command -v debootstrap >/dev/null || fail 'there is no debootstrap; apt-get install debootstrap'
mirror=$(apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    sed -n 's/^Debian main //p' | head -n 1)
[ -n "$mirror" ] || fail "this machine's apt knows no archive of Debian"

kept=${FRESH:-}
folder=${kept:-$(mktemp -d)}
mkdir -p "$folder"
folder=$(realpath "$folder")
# Mounts are in a name space of their own, which ends with each command.
trap '[ -n "$kept" ] || rm -rf --one-file-system "$folder"' EXIT

inside() # RELEASE USER COMMAND
{
    unshare --mount bash -eu -c '
        mount -t proc proc "$1/proc"
        mount --rbind /dev "$1/dev"
        mount -t tmpfs tmpfs "$1/run"
        exec chroot "$1" /usr/sbin/runuser -u "$2" -- env -i HOME="/srv/$2" LC_ALL=C.UTF-8 \
            PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin bash -eu -c "$3"' - "$folder/$1" "$2" "$3" </dev/null
}

make_system() # RELEASE
{
    local root=$folder/$1
    if [ ! -e "$root/usr/bin/make" ]; then
        debootstrap --variant=minbase "$1" "$root" "$mirror"
        cp /etc/resolv.conf "$root/etc/resolv.conf"
        apt-config dump | grep -E '^Acquire::(http|https|Check)' >"$root/etc/apt/apt.conf.d/90machine" || true
        inside "$1" root 'apt-get update -q && apt-get install -y -q --no-install-recommends make'
    fi
    inside "$1" root 'id newcomer 2>/dev/null || useradd --home-dir /srv/newcomer --create-home newcomer'
}

# A clone, with what no commit has yet on top.
bring_tree() # RELEASE
{
    local tree=$folder/$1/srv/newcomer/egbench
    rm -rf "$tree"
    git -c safe.directory='*' clone -q --no-hardlinks . "$tree"
    git -c safe.directory='*' ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -cf - -T - |
        tar -xf - -C "$tree"
    chown -R --reference="$folder/$1/srv/newcomer" "$tree"
}

passed=0 failed=0 skipped=0
step() # RELEASE WHAT COMMAND...
{
    local release=$1 what=$2 log=$folder/$1.log status=0 begun=$SECONDS
    shift 2
    "$@" >"$log" 2>&1 || status=$?
    if [ $status -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok     $release: $what ($((SECONDS - begun)) s)"
    else
        failed=$((failed + 1))
        tail -n 60 "$log"
        echo "FAILED $release: $what (exit $status)"
    fi
    return $status
}

for release in "${releases[@]}"; do
    step "$release" 'the system' make_system "$release" || continue
    step "$release" 'the tree' bring_tree "$release" || continue
    step "$release" 'its packages' inside "$release" root 'cd /srv/newcomer/egbench && tests/install_deps.sh build test' || continue
    echo "       $(inside "$release" root "gcc --version | head -n 1; dpkg-query -f '\${Package} \${Version}\n' -W libopenblas0-openmp libgsl-dev zlib1g python3-numpy" | paste -sd, | sed 's/,/, /g')"
    step "$release" 'make reproduce SCALE=smoke' inside "$release" newcomer 'cd ~/egbench && make reproduce SCALE=smoke' || true
    step "$release" 'its rows are those of the reference' inside "$release" newcomer \
        'cd ~/egbench && build/bin/egbench-report --against results/reference/smoke' || true
    sed 's/^/       /' "$folder/$release.log"
    step "$release" 'make test' inside "$release" newcomer 'cd ~/egbench && make test' || true
    grep '^skipped ' "$folder/$release.log" | sed 's/^/       /' || true
    skipped=$((skipped + $(grep -c '^skipped ' "$folder/$release.log" || true)))
    echo "       $(tail -n 1 "$folder/$release.log")"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
