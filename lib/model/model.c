/*
 * model.c - a model in memory.
 */
#include "dltools/model.h"

#include <string.h>

#include "dltools/mem.h"
#include "model/model_int.h"

const char model_format[] = "dltools-model/2";

void
model_release(struct model *m)
{
	if (!m)
		return;
	net_copy_release(&m->best);
	net_free(m->net);
	encoder_release(&m->enc);
	params_release(&m->params);
	csv_dialect_release(&m->dialect);
	history_release(&m->history);
	for (size_t i = 0; i < m->others; i++) {
		mem_free(m->other[i].name);
		history_release(&m->other[i].history);
		mem_free(m->other_set[i].json);
	}
	mem_free(m->other);
	mem_free(m->other_set);
	mem_free(m->asked);
	mem_free(m->training_json);
	mem_free(m->validation_json);
	mem_free(m->cv_json);
	mem_free(m->resume_json);
	mem_free(m->run_json);
	mem_free(m->tags_json);
	mem_free(m->origin_json);
	mem_free(m->importance);
	mem_free(m->input_mean);
	memset(m, 0, sizeof(*m));
}

enum metrics_kind
model_kind(const struct encoder *enc)
{
	if (!enc->response)
		return METRICS_AUTOENCODER;
	if (!encoder_is_classifier(enc))
		return METRICS_REGRESSION;
	return enc->classes.n == 2 ? METRICS_BINOMIAL : METRICS_MULTINOMIAL;
}

int
model_add_others(struct model *m, size_t n, struct err *e)
{
	m->other = mem_zalloc(n, sizeof(*m->other), e);
	m->other_set = mem_zalloc(n, sizeof(*m->other_set), e);
	if (!m->other || !m->other_set)
		return -1;
	m->others = n;
	return 0;
}

const char *const model_stop_words[] = {
	[MODEL_STOP_NONE] = "", [MODEL_STOP_EPOCHS] = "epochs",
	[MODEL_STOP_CONVERGED] = "stopping_rounds",
	[MODEL_STOP_TARGET] = "target",
	[MODEL_STOP_TIME] = "max_runtime_secs", NULL
};

size_t
model_events(const struct model *m)
{
	return m->history.n - ((size_t)m->kept_event < m->history.n ? 1 : 0);
}

double
model_threshold(const struct model *m)
{
	return m->threshold > 0 ? m->threshold : 0.5;
}

const char *
model_stop_text(const struct model *m)
{
	switch (m->stop) {
	case MODEL_STOP_EPOCHS:
		return "all epochs done";
	case MODEL_STOP_CONVERGED:
		return "no longer improving (stopping_rounds)";
	case MODEL_STOP_TARGET:
		return encoder_is_classifier(&m->enc) ?
			"training error at classification_stop" :
			"training error at regression_stop";
	case MODEL_STOP_TIME:
		return "time is up (max_runtime_secs)";
	default:
		return NULL;
	}
}

struct history_layout
model_layout(const struct model *m)
{
	struct history_layout l = {.kind = m->kind, .other = m->other,
				   .others = m->others};

	for (size_t i = 0; i < m->history.n; i++)
		l.validation |= m->history.row[i].has_validation;
	/* the state of a run keeps its clock, for --history after --resume */
	l.run = !m->reproducible || !m->finished;
	return l;
}

/* ---- copies of a net's tensors -------------------------------------- */

int
net_copy_take(struct net_copy *copy, const struct net *net, struct err *e)
{
	if (!copy->value) {
		copy->value = mem_zalloc(net_tensors(net), sizeof(float *), e);
		if (!copy->value)
			return -1;
		copy->n = net_tensors(net);
	}
	for (size_t i = 0; i < copy->n; i++) {
		struct net_tensor t;

		net_tensor(net, i, &t);
		if (!copy->value[i])
			copy->value[i] = mem_floats(t.rows, t.columns, e);
		if (!copy->value[i])
			return -1;
		net_get(net, i, copy->value[i]);
	}
	return 0;
}

void
net_copy_give(const struct net_copy *copy, struct net *net)
{
	for (size_t i = 0; i < copy->n; i++)
		net_set(net, i, copy->value[i]);
}

void
net_copy_release(struct net_copy *copy)
{
	for (size_t i = 0; i < copy->n; i++)
		mem_free(copy->value[i]);
	mem_free(copy->value);
	memset(copy, 0, sizeof(*copy));
}
