/*
 * model_write.c - a model as a safetensors file: what it knows as texts, its
 * net as tensors.  dl-model(5) describes each of them.
 */
#include <stdio.h>
#include <string.h>

#include "dltools/json.h"
#include "dltools/mem.h"
#include "model/model_int.h"

typedef void part_fn(const struct model *m, struct json *j);

static void
write_state(const struct model *m, struct json *j)
{
	json_put_object(j);
	json_key(j, "finished");
	json_put_bool(j, m->finished);
	json_key(j, "reproducible");
	json_put_bool(j, m->reproducible);
	json_key(j, "samples");
	json_put_int(j, m->samples);
	json_key(j, "iterations");
	json_put_int(j, m->iterations);
	json_key(j, "training_rows");
	json_put_int(j, m->training_rows);
	json_key(j, "frame");
	json_put_text(j, m->frame_id);
	json_key(j, "validation_frame");
	json_put_text(j, m->validation_id);
	json_key(j, "threshold");
	json_put_real(j, m->threshold);
	if (m->stop != MODEL_STOP_NONE && m->kept_event > 0) {
		json_add_text(j, "stopped", model_stop_words[m->stop]);
		json_add_int(j, "kept_event", m->kept_event);
	}
	if (net_shape(m->net)->loss == LOSS_HUBER) {
		json_key(j, "huber_delta");
		json_put_real(j, net_shape(m->net)->loss_param);
	}
	if (net_step_origin(m->net) != 0) {
		json_key(j, "step_origin");
		json_put_int(j, net_step_origin(m->net));
	}
	json_end(j);
}

int
encoder_copy(struct encoder *to, const struct encoder *from, struct err *e)
{
	struct str text = STR_INIT, levels = STR_INIT;
	struct json j = json_start(&text);
	int rc = -1;

	encoder_write_json(from, &j);
	encoder_write_strings(from, &levels);
	if (str_check(&text, e) == 0 && str_check(&levels, e) == 0)
		rc = encoder_from_text(to, text.buf, levels.buf, levels.len,
				       e);
	str_release(&text);
	str_release(&levels);
	return rc;
}

static void
write_encoder(const struct model *m, struct json *j)
{
	encoder_write_json(&m->enc, j);
}

static void
write_parameters(const struct model *m, struct json *j)
{
	json_put_object(j);
	json_key(j, "asked");
	json_put_text(j, m->asked);
	json_key(j, "resolved");
	params_to_json(&m->params, m->reproducible, j);
	json_end(j);
}

static void
write_net(const struct model *m, struct json *j)
{
	net_plan_json(net_shape(m->net), j);
}

static void
write_dialect(const struct model *m, struct json *j)
{
	model_write_dialect(&m->dialect, j);
}

static void
write_history(const struct model *m, struct json *j)
{
	struct history_layout l = model_layout(m);

	history_write_json(&l, &m->history, j);
}

static void
write_floats(struct json *j, const char *key, const float *value, size_t n)
{
	if (!value)
		return;
	json_key(j, key);
	json_put_array(j);
	for (size_t i = 0; i < n; i++)
		json_put_float(j, value[i]);
	json_end(j);
}

static void
write_inputs(const struct model *m, struct json *j)
{
	size_t n = encoder_units(&m->enc);

	json_put_object(j);
	write_floats(j, "importance", m->importance, n);
	write_floats(j, "mean", m->input_mean, n);
	json_end(j);
}

static int
add_part(struct st_writer *w, const struct model *m, const char *key,
	 part_fn *part, struct err *e)
{
	struct str s = STR_INIT;
	struct json j = json_start(&s);
	int rc = -1;

	part(m, &j);
	if (str_check(&s, e) == 0)
		rc = st_add_text(w, key, s.buf, e);
	str_release(&s);
	return rc;
}

static int
add_text(struct st_writer *w, const char *key, const char *text, struct err *e)
{
	return text ? st_add_text(w, key, text, e) : 0;
}

static int
add_texts(struct st_writer *w, const struct model *m, struct err *e)
{
	static const struct {
		const char *key;
		part_fn *part;
	} parts[] = {
		{"state", write_state},
		{"net", write_net},
		{"parameters", write_parameters},
		{"encoder", write_encoder},
		{"dialect", write_dialect},
		{"history", write_history},
	};

	if (st_add_text(w, "format", model_format, e) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (add_part(w, m, parts[i].key, parts[i].part, e) < 0)
			return -1;
	if ((m->importance || m->input_mean) &&
	    add_part(w, m, "inputs", write_inputs, e) < 0)
		return -1;
	if (add_text(w, "training_metrics", m->training_json, e) < 0 ||
	    add_text(w, "validation_metrics", m->validation_json, e) < 0 ||
	    (m->others && add_part(w, m, "other_validation",
				   model_write_others, e) < 0) ||
	    add_text(w, "cross_validation", m->cv_json, e) < 0 ||
	    add_text(w, "tags", m->tags_json, e) < 0 ||
	    add_text(w, "origin", m->origin_json, e) < 0 ||
	    add_text(w, "resume", m->finished ? NULL : m->resume_json, e) < 0)
		return -1;
	return add_text(w, "run", m->reproducible && m->finished ? NULL :
			m->run_json, e);
}

/* ---- tensors -------------------------------------------------------- */

static void
fill_net(void *ctx, size_t index, void *out)
{
	const struct net *net = ctx;

	net_get(net, index, out);
}

static void
fill_best(void *ctx, size_t index, void *out)
{
	const struct model *m = ctx;
	struct net_tensor t;

	net_tensor(m->net, index, &t);
	memcpy(out, m->best.value[index], t.rows * t.columns * sizeof(float));
}

static void
fill_levels(void *ctx, size_t index, void *out)
{
	const struct str *levels = ctx;

	(void)index;
	memcpy(out, levels->buf, levels->len);
}

static int
add_net(struct st_writer *w, const struct model *m, const char *prefix,
	bool with_state, struct err *e)
{
	bool best = *prefix != '\0';

	for (size_t i = 0; i < net_tensors(m->net); i++) {
		struct st_tensor t = {.type = ST_F32};
		struct net_tensor n;
		int rc;

		net_tensor(m->net, i, &n);
		if (n.is_state && !with_state)
			continue;
		snprintf(t.name, sizeof(t.name), "%s%s", prefix, n.name);
		t.dims = n.is_vector ? 1 : 2;
		t.shape[0] = n.rows;
		t.shape[1] = n.columns;
		if (best)
			rc = st_add_tensor(w, &t, fill_best,
					   (void *)(uintptr_t)m, i, e);
		else
			rc = st_add_tensor(w, &t, fill_net, m->net, i, e);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static int
add_levels(struct st_writer *w, struct str *levels, struct err *e)
{
	struct st_tensor t = {.name = MODEL_LEVELS, .type = ST_U8, .dims = 1};

	t.shape[0] = levels->len;
	if (levels->len == 0)
		return 0;
	return st_add_tensor(w, &t, fill_levels, levels, 0, e);
}

int
model_stage(const struct model *m, struct outfile *out, const char *path,
	    bool with_state, struct err *e)
{
	struct st_writer w = {0};
	struct str levels = STR_INIT;
	bool best = !m->finished && m->best.n > 0;
	int rc = -1;

	if (net_check_stable(m->net, e) < 0)
		return -1;
	encoder_write_strings(&m->enc, &levels);
	if (str_check(&levels, e) < 0 || add_texts(&w, m, e) < 0 ||
	    add_net(&w, m, "", with_state || !m->finished, e) < 0 ||
	    (best && add_net(&w, m, MODEL_BEST, true, e) < 0) ||
	    add_levels(&w, &levels, e) < 0)
		goto out;
	rc = st_stage(&w, out, path, e);
out:
	st_writer_release(&w);
	str_release(&levels);
	return rc;
}

int
model_save(const struct model *m, const char *path, bool with_state,
	   struct err *e)
{
	struct outfile out = {0};

	if (model_stage(m, &out, path, with_state, e) < 0)
		return -1;
	return outfile_commit(&out, e);
}
