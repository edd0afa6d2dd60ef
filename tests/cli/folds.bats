#!/usr/bin/env bats
# Cross-validation: folds, what their models see, metrics, predictions, the
# final model's epochs, going on after a kill.

load helper

setup_file()
{
	command -v dl-import >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	small_table 600 | awk -F, 'NR == 1 { print $0 ",f,n"; next }
		{ print $0 "," NR % 3 + 1 "," $1 * 50 + $2 }' >t.csv
	dl-import -q -o t.dlf t.csv
}

setup()
{
	needs dl-import dl-train dl-score dl-cm dl-inspect
	in_scratch
	ln -s "$BATS_FILE_TMPDIR"/t.* .
}

# train OPTION...: a small net, the same bits wherever it runs
train()
{
	dl-train -q --hidden 6 --epochs 4 --seed 1 --reproducible "$@"
}

@test "a fold's model is that of the other rows, and scores the fold" {
	train -y y --ignore n --fold-column f --cv-predictions cv.csv \
		--keep-cross-validation-models \
		--keep-cross-validation-predictions -o m.dlm t.dlf
	cmp m.cv_predictions.csv cv.csv
	head -n 1 t.csv | tee in.csv >out.csv
	awk -F, 'NR > 1 && $6 == 2' t.csv >>in.csv
	awk -F, 'NR > 1 && $6 != 2' t.csv >>out.csv
	dl-import -q --like t.dlf -o in.dlf in.csv
	dl-import -q --like t.dlf -o out.dlf out.csv
	train -y y --ignore n,f --valid in.dlf -o hand.dlm out.dlf
	dl-score --actual -m hand.dlm in.dlf | tail -n +2 >want
	grep '^2,' cv.csv | cut -d, -f2- | cmp - want
	dl-score --actual -m m.cv_2.dlm in.dlf | tail -n +2 | cmp - want
	[ "$(wc -l <cv.csv)" = 601 ]
	cut -d, -f1 cv.csv | tail -n +2 |
		cmp - <(tail -n +2 t.csv | cut -d, -f6)
}

@test "the joint metrics are those of the predictions; mean and sd" {
	train -y y --ignore n,f --nfolds 4 --cv-predictions cv.csv -o m.dlm \
		t.dlf
	dl-inspect --header m.dlm | "$PYTHON" -c '
import csv, json, math, statistics, sys
cv = json.loads(json.load(sys.stdin)["__metadata__"]["cross_validation"])
rows = list(csv.DictReader(open("cv.csv")))
loss = [-math.log(float(r[r["actual"]])) for r in rows]
err = [r["actual"] != r["predict"] for r in rows]
m = cv["metrics"]
assert m["nobs"] == 600
assert abs(m["logloss"] - sum(loss) / 600) < 1e-6
assert abs(m["error"] - sum(err) / 600) < 1e-12
for s in cv["summary"]:
    assert len(s["folds"]) == 4
    assert abs(s["mean"] - statistics.mean(s["folds"])) < 1e-12
    assert abs(s["sd"] - statistics.stdev(s["folds"])) < 1e-12
names = [s["measure"] for s in cv["summary"]]
assert names == sorted(names) and "logloss" in names
for k in range(4):
    mine = [l for l, r in zip(loss, rows) if r["fold"] == str(k + 1)]
    s = next(s for s in cv["summary"] if s["measure"] == "logloss")
    assert abs(s["folds"][k] - sum(mine) / len(mine)) < 1e-6
    assert cv["models"][k]["holdout_rows"] == len(mine)
assert abs(cv["epochs"] - statistics.mean(
    f["best_epochs"] for f in cv["models"])) < 1e-12
fold = {s["measure"]: s["folds"] for s in cv["summary"]}
for k in range(4):
    mine = [(r["actual"], r["predict"]) for r in rows
            if r["fold"] == str(k + 1)]
    assert fold["error_count"][k] == sum(a != p for a, p in mine)
    assert abs(fold["accuracy"][k] + fold["error"][k] - 1) < 1e-12
    by = [[a != p for a, p in mine if a == c] for c in {a for a, p in mine}]
    assert abs(fold["max_per_class_error"][k] - max(
        sum(b) / len(b) for b in by)) < 1e-12
assert "f1" not in fold'
	dl-inspect m.dlm | grep -q "cv_4_valid"
	dl-inspect --params m.dlm | grep -q "^nfolds = 4"
}

@test "two classes: the summary has what their matrices say" {
	sed '1!s/,mid,/,low,/' t.csv | dl-import -q -o two.dlf -
	train -y y --ignore n,f --nfolds 4 -o m.dlm two.dlf
	dl-inspect --header m.dlm | "$PYTHON" -c '
import json, sys
cv = json.loads(json.load(sys.stdin)["__metadata__"]["cross_validation"])
f = {s["measure"]: s["folds"] for s in cv["summary"]}
for k in range(4):
    p, r = f["precision"][k], f["recall"][k]
    n, e = cv["models"][k]["holdout_rows"], f["error_count"][k]
    assert 0 < p <= 1 and 0 < r <= 1
    for name, bb in ("f0point5", 0.25), ("f1", 1), ("f2", 4):
        assert abs(f[name][k] - (1 + bb) * p * r / (bb * p + r)) < 1e-9
    # tp, fn and fp by precision, recall and the number of errors
    tp = e / (1 / p + 1 / r - 2) if e else r
    tn = n - e - tp if e else f["specificity"][k]
    fp, fn = tp / p - tp, tp / r - tp
    assert abs(f["specificity"][k] - tn / (tn + fp)) < 1e-9
    mcc = (tp * tn - fp * fn) / ((tp + fp) * (tp + fn) * (tn + fp)
        * (tn + fn)) ** 0.5
    assert abs(f["mcc"][k] - mcc) < 1e-9
    assert abs(f["max_per_class_error"][k] - max(1 - r, fp / (tn + fp))
        ) < 1e-9'
}

@test "assignments: modulo, stratified, random by seed, a column of words" {
	train -y y --ignore n,f --nfolds 3 --fold-assignment Modulo \
		--keep-cross-validation-fold-assignment -o m.dlm t.dlf
	tail -n +2 m.cv_folds.csv | cmp - \
		<(for i in $(seq 600); do echo $(((i - 1) % 3 + 1)); done)
	train -y y --ignore n,f --nfolds 7 --fold-assignment stratified \
		--cv-predictions cv.csv -o m.dlm t.dlf
	tail -n +2 cv.csv | cut -d, -f1,2 | sort | uniq -c | awk -F'[ ,]+' '{
		n[$4] += $2
		if (!($4 in low) || $2 < low[$4]) low[$4] = $2
		if ($2 > high[$4]) high[$4] = $2
		all[$3] += $2
	} END {
		for (k in n)
			if (high[k] - low[k] > 1)
				exit 1
		for (f in all)
			if (all[f] < 85 || all[f] > 86)
				exit 1
	}'
	train -y y --ignore n,f --nfolds 3 -o m.dlm \
		--keep-cross-validation-fold-assignment t.dlf
	mv m.cv_folds.csv first
	train -y y --ignore n,f --nfolds 3 -o m.dlm \
		--keep-cross-validation-fold-assignment t.dlf
	cmp m.cv_folds.csv first
	train -y y --ignore n,f --nfolds 3 -o m.dlm --seed 2 \
		--keep-cross-validation-fold-assignment t.dlf
	run -1 cmp -s m.cv_folds.csv first
	train -y y --fold-column color -o m.dlm t.dlf
	dl-inspect m.dlm | grep -q "cross-validation: 3 folds, 600 rows"
}

@test "side by side or one by one: the same bytes" {
	train -y n --ignore y,f --nfolds 4 --cv-predictions a.csv -j 1 \
		-o a.dlm t.dlf
	train -y n --ignore y,f --nfolds 4 --cv-predictions b.csv -j 3 \
		-o b.dlm t.dlf
	cmp a.csv b.csv
	cmp a.dlm b.dlm
	train -y n --ignore y,f --nfolds 4 --cv-predictions c.csv -j 3 \
		--no-parallelize-cross-validation -o c.dlm t.dlf
	cmp a.csv c.csv
	cmp a.dlm c.dlm
}

@test "epochs of the final model, history with folds, one row of results" {
	for how in Best Final Asked; do
		train -y y --ignore n,f --nfolds 3 --cv-epochs $how \
			--history $how.csv --result r.csv -o $how.dlm t.dlf
	done
	[ "$(tail -n 1 Asked.csv | cut -d, -f5)" -eq 4 ]
	tail -n +2 Best.csv | cut -d, -f1 | sort -u | cmp - <(seq 0 3)
	[ "$(wc -l <r.csv)" = 4 ]
	head -n 2 r.csv | tail -n 1 |
		grep -q '^nfolds=3 cv_epochs=Best hidden=6 epochs=4'
	[ "$(tail -n 1 r.csv | cut -d, -f2)" -gt 4800 ]
	# a fast rate: the best event is not the last one
	for how in Best Final Asked; do
		train -y y --ignore n,f --nfolds 3 --cv-epochs $how --epochs 8 \
			--no-adaptive-rate --rate 0.3 -o $how.dlm t.dlf
		text $how.dlm '[(lambda c: (c["epochs"], *(sum(m[k] for m in
			c["models"]) / 3 for k in ("best_epochs", "epochs"))))(
			t["cross_validation"])][0]' | tr -d '(),'
	done >epochs
	awk 'function near(a, b) { return (a - b) ^ 2 < 1e-12 }
		NR == 1 { bad += !(near($1, $2) && $2 < 0.9 * $3) }
		NR == 2 { bad += !near($1, $3) }
		NR == 3 { bad += !near($1, 8) }
		END { print; exit bad || NR != 3 }' epochs
}

@test "stopped and resumed, at a fold or after: the same bytes" {
	local tries=0 status=1
	train -y y --ignore n,f --nfolds 4 --epochs 60 -o want.dlm t.dlf
	train -y y --ignore n,f --nfolds 4 --epochs 60 -o killed.dlm \
		--lock l t.dlf &
	sleep 0.05
	kill -TERM $! && wait $! || true
	while [ "$status" != 0 ] && [ "$tries" -lt 40 ]; do
		tries=$((tries + 1))
		status=0
		timeout -s KILL 0.$((tries % 9 + 1)) dl-train -q --hidden 6 \
			--seed 1 --reproducible -y y --ignore n,f --nfolds 4 \
			--epochs 60 -o killed.dlm --resume \
			--checkpoint-every 2000samples t.dlf || status=$?
	done
	cmp want.dlm killed.dlm
	ls killed* | cmp - <(echo killed.dlm)
}

@test "wrong folds are found before training" {
	fails 2 "must be 0 or at least 2" train -y y --nfolds 1 -o m t.dlf
	fails 2 "only one can make" train -y y --nfolds 2 --fold-column f \
		-o m t.dlf
	fails 4 "fold column 'a': values must be levels or integers" \
		train -y y --fold-column a -o m t.dlf
	fails 4 "fold column 'c'.*missing" train -y y --fold-column c -o m t.dlf
	fails 4 "fold column 'zz': no such column" \
		train -y y --fold-column zz -o m t.dlf
	fails 2 "fold-assignment needs --nfolds" \
		train -y y --fold-assignment Modulo -o m t.dlf
	fails 2 "the folds are the validation" \
		train -y y --nfolds 3 --valid-fraction 0.2 -o m t.dlf
	fails 2 "only 600 rows" train -y y --nfolds 601 -o m t.dlf
	fails 2 "has no classes" \
		train -y n --nfolds 3 --fold-assignment Stratified -o m t.dlf
	fails 2 "cv-predictions needs" train -y y --cv-predictions x -o m t.dlf
	fails 2 "needs -o MODEL" sh -c 'dl-train -q -y y --nfolds 3 \
		--keep-cross-validation-models t.dlf >/dev/null'
	printf 'x,y,f\n1,a,0\n2,a,0\n3,a,1\n4,b,1\n' >few.csv
	dl-import -q -o few.dlf few.csv
	fails 2 "constant in the rows outside fold 2" \
		train -y y --fold-column f -o m few.dlf
}

@test "--auc-type holds for the folds: AUC of three classes" {
	train -y y --ignore n,f --nfolds 3 --auc-type MACRO_OVR \
		--cv-predictions cv.csv -o m.dlm t.dlf
	dl-inspect --header m.dlm | "$PYTHON" -c '
import json, sys
t = json.loads(json.load(sys.stdin)["__metadata__"]["cross_validation"])
m = t["metrics"]
assert 0.5 < m["AUC"] <= 1 and 0 < m["pr_auc"] <= 1, m'
}
