# study.awk - rows of the studies beside H2O's and the machine's limit.
# usage: awk -v threads=N -f study.awk machine.csv h2o.csv STUDY.csv...
#
# What a row of training needs, taken as if no unit were off: 2 operations a
# weight forward, 2 for the error (not below layer 1), 2 for the gradient, and
# 14 for ADADELTA's step (a plain rate 2, momentum 4); and 24 bytes a weight (8,
# 16), read and written once for each block of 16 rows.  Rectifiers pass over
# units that are off, so a share of the limit may be above 1.

function field(line, n,    i, part) {
	# the n-th field; the first or second may be quoted
	part = ""
	for (i = 1; i <= n; i++) {
		if (substr(line, 1, 1) == "\"") {
			part = substr(line, 2)
			sub(/".*/, "", part)
			line = substr(line, length(part) + 4)
		} else {
			part = line
			sub(/,.*/, "", part)
			line = substr(line, length(part) + 2)
		}
	}
	return part
}

function number(text) {
	return text ~ /^[-+0-9.eE]+$/ ? sprintf("%g", text) : text
}

# name=value words in a fixed order, without what a run's length and seed say
function key_of(text,    n, word, i, j, t) {
	n = split(text, word, " ")
	for (i = 1; i <= n; i++) {
		split(word[i], t, "=")
		word[i] = t[1] "=" number(t[2])
		if (t[1] ~ /^(epochs|seed|threads)$/)
			word[i] = ""
	}
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && word[j] < word[j - 1]; j--) {
			t[0] = word[j]
			word[j] = word[j - 1]
			word[j - 1] = t[0]
		}
	t[0] = ""
	for (i = 1; i <= n; i++)
		if (word[i] != "")
			t[0] = t[0] word[i] " "
	return t[0]
}

function hidden_of(text) {
	if (!match(text, /hidden=[0-9,]*/))
		return "200,200"
	return substr(text, RSTART + 7, RLENGTH - 7)
}

# what a row needs: sets need (operations), weights, moved (bytes a weight)
function needs(text,    units, n, i, from, w, pieces) {
	pieces = text ~ /Maxout/ ? 2 : 1
	n = split(hidden_of(text) ",10", units, ",")
	from = 717
	need = weights = 0
	step = 14
	moved = 24
	if (text ~ /adaptive_rate=false/) {
		step = text ~ /momentum/ ? 4 : 2
		moved = text ~ /momentum/ ? 16 : 8
	}
	for (i = 1; i <= n; i++) {
		w = from * units[i] * (i < n ? pieces : 1)
		weights += w
		need += w * (i == 1 ? 4 + step : 6 + step)
		from = units[i]
	}
}

# GB/s that one core reads at a working set of `bytes`
function bandwidth(bytes,    i, best) {
	best = band[1]
	for (i = 1; i <= bands && bytes > size[i] / 2; i++)
		best = band[i]
	return best
}

FNR == 1 { next }
FILENAME ~ /machine\.csv$/ {
	split($0, v, ",")
	if (v[1] ~ /multiply-add/ && v[1] !~ /bf16/ && v[2] > peak)
		peak = v[2]
	if (v[1] ~ /^read/) {
		split(v[1], t, " ")
		size[++bands] = t[2] * 1024
		band[bands] = v[2]
	}
	next
}
FILENAME ~ /h2o\.csv$/ {
	k = field($0, 1) " " key_of(field($0, 2))
	their_speed[k] = field($0, 4)
	their_error[k] = field($0, 5)
	next
}
{
	study = FILENAME
	sub(/.*\//, "", study)
	sub(/(-medians)?\.csv$/, "", study)
	text = field($0, 1)
	speed = field($0, 4)
	error = field($0, 5)
	needs(text)
	limit = threads * peak * 1e9 / need
	t[1] = threads * bandwidth(moved / 2 * weights / threads) * 1e9 / \
		(weights * moved / 16)
	by = "operations"
	if (t[1] < limit) {
		limit = t[1]
		by = "bytes"
	}
	k = study " " key_of(text)
	times = k in their_speed ? sprintf("%.1f", speed / their_speed[k]) : ""
	printf "%s,\"%s\",%d,%.0f,%.0f,%s,%.2f,%s,%s,%s,%s\n", study, text,
		threads, speed, limit, by, speed / limit, their_speed[k],
		times, error, their_error[k]
}
