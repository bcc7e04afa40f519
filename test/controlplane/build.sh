#!/usr/bin/env bash
# Builds parts of a Kubernetes control plane of any version from Go modules and prints the folder that holds them.
#
#   build.sh VERSION [PART...]     e.g. build.sh 1.30.14            (etcd and kube-apiserver)
#                                       build.sh 1.30.14 kube-controller-manager kube-scheduler kwok
#
# Cache: ${KUBESYNTH_CACHE:-$HOME/.cache/kubesynth}/controlplane/VERSION/bin. Each binary is moved into place whole, under
# a lock, so two processes may ask for the same version at once and an interrupted build leaves nothing half done.
set -euo pipefail
version=$1; shift
parts=("$@"); [ ${#parts[@]} -gt 0 ] || parts=(etcd kube-apiserver)
kwok_version=v0.7.0
home=${KUBESYNTH_CACHE:-$HOME/.cache/kubesynth}/controlplane/$version
bin=$home/bin
missing() { for p in "${parts[@]}"; do [ -x "$bin/$p" ] || echo "$p"; done; }

[ -n "$(missing)" ] || { echo "$bin"; exit 0; }
mkdir -p "$bin" "$home/module"
exec 9>"$home/lock"; flock 9
todo=$(missing)
[ -n "$todo" ] || { echo "$bin"; exit 0; }
command -v go >/dev/null || { echo "Go is needed to build the control plane $version (or set KUBEBUILDER_ASSETS)" >&2; exit 1; }
echo "building $(echo $todo) for Kubernetes $version (once; minutes)" >&2

# A staging module's version of this release, else, where registries do not carry it, the nearest earlier patch of the same minor.
published() {
  local of=0.${version#1.} p; for ((p = ${of##*.}; p >= 0; p--)); do
    if (cd / && go mod download "$1@v${of%.*}.$p") 2>/dev/null; then
      [ "$p" = "${of##*.}" ] || echo "$1 v$of is not to be had; v${of%.*}.$p is taken" >&2
      echo "v${of%.*}.$p"; return
    fi
  done
}

staged=$(mktemp -d "$home/staged.XXXXXX"); trap 'rm -rf "$staged"' EXIT
if grep -qv '^kwok$' <<<"$todo"; then
  cd "$home/module"
  if [ ! -e ready ]; then
    go mod download "k8s.io/kubernetes@v$version"
    upstream=$(go env GOMODCACHE)/cache/download/k8s.io/kubernetes/@v/v$version.mod
    # k8s.io/kubernetes requires its staging modules at v0.0.0; their published versions are v0.MINOR.PATCH.
    { printf 'module controlplane\n\ngo 1.26.0\n\nrequire k8s.io/kubernetes v%s\n\nreplace (\n' "$version"
      grep -oE 'k8s.io/[a-z-]+ v0.0.0$' "$upstream" | cut -d' ' -f1 | sort -u | while read -r module; do printf '\t%s => %s %s\n' "$module" "$module" "$(published "$module")"; done
      echo ')'; } > go.mod
    if grep -q ' $' go.mod; then echo "not to be had for Kubernetes $version:" >&2; grep ' $' go.mod >&2; exit 1; fi
    mkdir -p etcd
    printf 'package main\n\nimport (\n\t"os"\n\n\t"go.etcd.io/etcd/server/v3/etcdmain"\n)\n\nfunc main() { etcdmain.Main(os.Args) }\n' > etcd/main.go
    { printf '//go:build tools\n\npackage tools\n\nimport (\n'
      for c in kube-apiserver kube-controller-manager kube-scheduler; do printf '\t_ "k8s.io/kubernetes/cmd/%s"\n' $c; done; echo ')'; } > tools.go
    go mod tidy >&2
    touch ready
  fi
  minor=${version#1.}; minor=${minor%%.*}; flags='-s -w'
  # Without these the server reports v0.0.0-master as its version; up to 1.27 it answers /version with that of client-go.
  for v in k8s.io/component-base/version k8s.io/client-go/pkg/version; do flags="$flags -X $v.gitVersion=v$version -X $v.gitMajor=1 -X $v.gitMinor=$minor -X $v.gitTreeState=clean"; done
  packages=()
  for p in $todo; do case $p in
    etcd) packages+=(./etcd) ;;
    kube-*) packages+=("k8s.io/kubernetes/cmd/$p") ;;
    kwok) ;;
    *) echo "unknown part: $p" >&2; exit 2 ;;
  esac; done
  nice go build -trimpath -ldflags "$flags" -o "$staged/" "${packages[@]}" >&2
fi
if grep -q '^kwok$' <<<"$todo"; then
  GOBIN=$staged nice go install "sigs.k8s.io/kwok/cmd/kwok@$kwok_version" >&2
fi
for p in $todo; do mv "$staged/$p" "$bin/$p"; done
echo "$bin"
