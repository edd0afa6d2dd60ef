/*
 * model_read.c - opening a model file.  safetensors_read.c has proved that the
 * bytes are the ones that were written; here every text and tensor is held
 * against the rules of dl-model(5), so that a file sealed by someone else can
 * do no harm either.  Sizes are compared with the file's before anything is
 * allocated by them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "conf/json_read.h"
#include "dltools/mem.h"
#include "dltools/metrics_record.h"
#include "model/model_int.h"

struct reader {
	struct st_file file;
	const char *path;
	struct model *m;
	double huber_delta; /* 0: not a Huber loss */
	int64_t step_origin;
};

static int
bad(const struct reader *r, const char *what, struct err *e)
{
	return err_set(e, ERR_INPUT, "model '%s' is damaged: its '%s' is not "
		       "as it should be", r->path, what);
}

/* What a part's reader says, which may be that memory ran out. */
static int
fault(const struct reader *r, struct err *e)
{
	return err_prefix(e, e->code == ERR_OUTPUT ? "model '%s'"
			     : "model '%s' is damaged", r->path);
}

static json_t *
get_json(const struct reader *r, const char *key, struct err *e)
{
	const char *text = st_text(&r->file, key);
	json_t *root = NULL;
	int got = text ? json_read(&root, text, strlen(text), NULL, e) : 1;

	if (got >= 0 && !json_is_object(root)) {
		json_decref(root);
		bad(r, key, e);
		return NULL;
	}
	return root;
}

static int
get_int(const json_t *root, const char *key, int64_t *out)
{
	const json_t *v = json_object_get(root, key);

	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return -1;
	*out = json_integer_value(v);
	return 0;
}

static int
get_id(const json_t *root, const char *key, char id[33])
{
	const char *text = json_string_value(json_object_get(root, key));

	if (!text || !model_is_id(text))
		return -1;
	memcpy(id, text, strlen(text) + 1);
	return 0;
}

/* Models before these were kept have neither. */
static int
parse_stop(struct model *m, const json_t *root)
{
	const json_t *stopped = json_object_get(root, "stopped");
	const char *word = json_string_value(stopped);

	if (!stopped && !json_object_get(root, "kept_event"))
		return 0;
	if (!word || get_int(root, "kept_event", &m->kept_event) < 0)
		return -1;
	for (int k = MODEL_STOP_EPOCHS; model_stop_words[k]; k++)
		if (strcmp(word, model_stop_words[k]) == 0)
			m->stop = (enum model_stop)k;
	return m->stop != MODEL_STOP_NONE && m->kept_event > 0 ? 0 : -1;
}

static int
parse_state(struct reader *r, const json_t *root, struct err *e)
{
	struct model *m = r->m;
	const json_t *finished = json_object_get(root, "finished");
	const json_t *same = json_object_get(root, "reproducible");
	const json_t *threshold = json_object_get(root, "threshold");
	const json_t *delta = json_object_get(root, "huber_delta");
	const json_t *origin = json_object_get(root, "step_origin");

	if (!json_is_boolean(finished) || !json_is_boolean(same) ||
	    get_id(root, "frame", m->frame_id) < 0 ||
	    get_id(root, "validation_frame", m->validation_id) < 0 ||
	    get_int(root, "samples", &m->samples) < 0 ||
	    get_int(root, "iterations", &m->iterations) < 0 ||
	    get_int(root, "training_rows", &m->training_rows) < 0 ||
	    parse_stop(m, root) < 0)
		return bad(r, "state", e);
	m->finished = json_is_true(finished);
	m->reproducible = json_is_true(same);
	m->threshold = json_number_value(threshold);
	r->huber_delta = json_number_value(delta);
	r->step_origin = json_integer_value(origin);
	return r->huber_delta >= 0 && r->step_origin > -INT64_MAX / 2 &&
	       r->step_origin <= m->samples ? 0 : bad(r, "state", e);
}

static int
parse_parameters(struct reader *r, const json_t *root, struct err *e)
{
	const char *asked = json_string_value(json_object_get(root, "asked"));

	if (!asked)
		return bad(r, "parameters", e);
	r->m->asked = mem_strdup(asked, e);
	if (!r->m->asked)
		return -1;
	if (params_from_json(&r->m->params, json_object_get(root, "resolved"),
			     e) < 0)
		return fault(r, e);
	return params_mark_row(&r->m->params, asked, e);
}

static int
parse_encoder(struct reader *r, const json_t *root, struct err *e)
{
	const struct st_text *levels = st_find_text(&r->file, MODEL_LEVELS);

	if (encoder_parse(&r->m->enc, root, levels ? levels->bytes : NULL,
			  levels ? levels->len : 0, e) < 0)
		return fault(r, e);
	r->m->kind = model_kind(&r->m->enc);
	if (r->m->params.autoencoder != (r->m->kind == METRICS_AUTOENCODER))
		return bad(r, "encoder", e);
	return 0;
}

int
encoder_from_text(struct encoder *to, const char *json, const void *levels,
		  size_t len, struct err *e)
{
	json_t *root;
	int rc = json_read(&root, json, strlen(json), NULL, e);

	if (rc >= 0)
		rc = encoder_parse(to, root, levels, len, e);
	json_decref(root);
	return rc;
}

static int
parse_dialect(struct reader *r, const json_t *root, struct err *e)
{
	int got = model_parse_dialect(&r->m->dialect, root, e);

	return got > 0 ? bad(r, "dialect", e) : got;
}

static int
parse_history(struct reader *r, const json_t *root, struct err *e)
{
	if (history_parse(&r->m->history, root, e) < 0)
		return fault(r, e);
	return 0;
}

static int
read_part(struct reader *r, const char *key,
	  int (*parse)(struct reader *, const json_t *, struct err *),
	  struct err *e)
{
	json_t *root = get_json(r, key, e);
	int rc = root ? parse(r, root, e) : -1;

	json_decref(root);
	return rc;
}

/* One number per input unit, if they are there. */
static int
parse_floats(const struct reader *r, const json_t *list, float **to,
	     struct err *e)
{
	size_t n = encoder_units(&r->m->enc);

	if (!list)
		return 0;
	if (json_array_size(list) != n)
		return bad(r, "inputs", e);
	*to = mem_zalloc(n, sizeof(**to), e);
	if (!*to)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(list, i);

		(*to)[i] = (float)json_number_value(v);
		if (!json_is_number(v) || !isfinite((*to)[i]))
			return bad(r, "inputs", e);
	}
	return 0;
}

static int
parse_inputs(struct reader *r, const json_t *root, struct err *e)
{
	struct model *m = r->m;

	if (parse_floats(r, json_object_get(root, "importance"),
			 &m->importance, e) < 0 ||
	    parse_floats(r, json_object_get(root, "mean"), &m->input_mean,
			 e) < 0)
		return -1;
	for (size_t i = 0; m->importance && i < encoder_units(&m->enc); i++)
		if (m->importance[i] < 0 || m->importance[i] > 1)
			return bad(r, "inputs", e);
	return 0;
}

static int
parse_metrics(const struct reader *r, const char *key, struct err *e)
{
	const char *text = st_text(&r->file, key);
	struct metrics_record record;

	if (!text)
		return 0;
	if (metrics_read(&record, text, e) < 0)
		return fault(r, e);
	metrics_record_release(&record);
	return 0;
}

/* Texts that are kept as they are, if they are there. */
static int
copy_text(const struct reader *r, const char *key, char **to, struct err *e)
{
	const char *text = st_text(&r->file, key);
	json_t *root;

	if (!text)
		return 0;
	root = get_json(r, key, e);
	if (!root)
		return -1;
	json_decref(root);
	*to = mem_strdup(text, e);
	return *to ? 0 : -1;
}

static int
read_origin(const struct reader *r, struct err *e)
{
	const struct model *m = r->m;
	int got = 0;

	if (m->origin_json)
		got = model_check_origin(m->origin_json, m->params.hidden.n, e);
	return got > 0 ? bad(r, "origin", e) : got;
}

/* ---- the net -------------------------------------------------------- */

static const struct st_tensor *
find_tensor(const struct reader *r, const char *prefix,
	    const struct net_tensor *n)
{
	char name[ST_NAME_MAX + 1];

	snprintf(name, sizeof(name), "%s%s", prefix, n->name);
	return st_find(&r->file, name);
}

static bool
fits(const struct st_tensor *t, const struct net_tensor *n)
{
	return t->type == ST_F32 && t->dims == (n->is_vector ? 1 : 2) &&
		t->shape[0] == n->rows &&
		(n->is_vector || t->shape[1] == n->columns);
}

/* 0 read, 1 not there */
static int
read_tensor(const struct reader *r, const char *prefix, size_t i, float *buf,
	    struct err *e)
{
	const struct st_tensor *t;
	struct net_tensor n;

	net_tensor(r->m->net, i, &n);
	t = find_tensor(r, prefix, &n);
	if (!t && (n.is_state || *prefix))
		return 1;
	if (!t || !fits(t, &n))
		return bad(r, n.name, e);
	return st_read(&r->file, t, buf, e);
}

static int
read_weights(struct reader *r, struct err *e)
{
	struct net *net = r->m->net;
	int rc = 0;

	for (size_t i = 0; i < net_tensors(net) && rc >= 0; i++) {
		struct net_tensor n;
		float *buf;

		net_tensor(net, i, &n);
		buf = mem_floats(n.rows, n.columns, e);
		rc = buf ? read_tensor(r, "", i, buf, e) : -1;
		if (rc == 0)
			net_set(net, i, buf);
		r->m->lacks_state |= rc == 1;
		mem_free(buf);
	}
	return rc < 0 ? -1 : 0;
}

/* All tensors of the best event, or none. */
static int
read_best(struct reader *r, struct err *e)
{
	struct net_copy *best = &r->m->best;
	struct net_tensor first;

	net_tensor(r->m->net, 0, &first);
	if (r->m->finished || !find_tensor(r, MODEL_BEST, &first))
		return 0;
	if (net_copy_take(best, r->m->net, e) < 0)
		return -1;
	for (size_t i = 0; i < best->n; i++) {
		int rc = read_tensor(r, MODEL_BEST, i, best->value[i], e);

		if (rc != 0)
			return rc < 0 ? -1 : bad(r, MODEL_BEST, e);
	}
	return 0;
}

static int
read_net(struct reader *r, struct err *e)
{
	struct net_plan plan = {0};
	int rc = -1, differs;

	if (net_plan_make(&plan, &r->m->params, &r->m->enc, e) < 0) {
		e->code = e->code == ERR_OUTPUT ? ERR_OUTPUT : ERR_INPUT;
		fault(r, e);
		goto out;
	}
	differs = net_plan_check(&plan.shape, st_text(&r->file, "net"), e);
	if (differs < 0)
		goto out;
	if (differs || net_plan_parameters(&plan) * sizeof(float) >
			       (double)r->file.in.size) {
		bad(r, "net", e);
		goto out;
	}
	if (plan.shape.loss == LOSS_HUBER && r->huber_delta > 0)
		plan.shape.loss_param = r->huber_delta;
	r->m->net = net_new(&plan.shape, &plan.rule, 0, e);
	if (!r->m->net || read_weights(r, e) < 0 || read_best(r, e) < 0)
		goto out;
	net_set_step_origin(r->m->net, r->step_origin);
	if (net_check_stable(r->m->net, e) < 0) {
		err_prefix(e, "model '%s'", r->path);
		goto out;
	}
	rc = 0;
out:
	net_plan_release(&plan);
	return rc;
}

static int
read_others(struct reader *r, struct err *e)
{
	const char *text = st_text(&r->file, "other_validation");

	if (!text || model_read_others(r->m, text, e) == 0)
		return 0;
	return fault(r, e);
}

static int
check_kept(struct reader *r, struct err *e)
{
	return r->m->kept_event > (int64_t)r->m->history.n
		       ? bad(r, "state", e) : 0;
}

static int
read_all(struct reader *r, struct err *e)
{
	struct model *m = r->m;

	if (read_part(r, "state", parse_state, e) < 0 ||
	    read_part(r, "parameters", parse_parameters, e) < 0 ||
	    read_part(r, "encoder", parse_encoder, e) < 0 ||
	    read_part(r, "dialect", parse_dialect, e) < 0 ||
	    read_part(r, "history", parse_history, e) < 0 ||
	    check_kept(r, e) < 0 ||
	    read_others(r, e) < 0 ||
	    copy_text(r, "training_metrics", &m->training_json, e) < 0 ||
	    copy_text(r, "validation_metrics", &m->validation_json, e) < 0 ||
	    copy_text(r, "cross_validation", &m->cv_json, e) < 0 ||
	    copy_text(r, "tags", &m->tags_json, e) < 0 ||
	    copy_text(r, "origin", &m->origin_json, e) < 0 ||
	    copy_text(r, "resume", &m->resume_json, e) < 0 ||
	    copy_text(r, "run", &m->run_json, e) < 0)
		return -1;
	if (read_origin(r, e) < 0)
		return -1;
	if (parse_metrics(r, "training_metrics", e) < 0 ||
	    parse_metrics(r, "validation_metrics", e) < 0 ||
	    (st_text(&r->file, "inputs") &&
	     read_part(r, "inputs", parse_inputs, e) < 0))
		return -1;
	return read_net(r, e);
}

int
model_open(struct model *m, const char *path, struct err *e)
{
	struct reader r = {.m = m};
	int rc;

	r.path = strcmp(path, "-") ? path : "standard input";
	memset(m, 0, sizeof(*m));
	if (st_open(&r.file, path, model_format, e) < 0)
		return -1;
	rc = read_all(&r, e);
	memcpy(m->digest, r.file.digest, sizeof(m->digest));
	st_close(&r.file);
	if (rc < 0)
		model_release(m);
	return rc;
}

int
model_is_model(const char *path, struct err *e)
{
	char start[8 + sizeof(ST_PREFIX) - 1];
	int got = strcmp(path, "-") ?
		file_peek(path, start, sizeof(start), e) : 0;

	return got > 0 ? memcmp(start + 8, ST_PREFIX,
				sizeof(ST_PREFIX) - 1) == 0 : got;
}
