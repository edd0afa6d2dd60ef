# shellcheck shell=sh disable=SC2154 # top and dir are the script's
# data.sh - share/mnist's rows as plain CSV in $dir/data, for bench scripts.

# plain PART: train or test; a file that is there is whole
plain() {
	mkdir -p "$dir/data"
	[ -s "$dir/data/$1.csv" ] || {
		zstd -qdc "$top/share/mnist/$1.csv.zst" >"$dir/data/$1.part"
		mv "$dir/data/$1.part" "$dir/data/$1.csv"
	}
}
