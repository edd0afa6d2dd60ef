/*
 * train_state.c - saving the state of a run and going on from it.  A state is a
 * model file marked unfinished: weights, optimizer state, history and, in the
 * text "resume", what the loop needs beyond them.  Random numbers are functions
 * of position, so there is no generator to save.
 */
#include <string.h>
#include <sys/stat.h>

#include "dltools/clock.h"
#include "dltools/json.h"
#include "dltools/mem.h"
#include "model/train_int.h"
#include "model/train_resume.h"

static int
put_resume(struct train *t, struct err *e)
{
	struct str s = STR_INIT;
	struct json j = json_start(&s);

	json_put_object(&j);
	json_add_int(&j, "origin", t->origin);
	json_add_int(&j, "first_event", (int64_t)t->first_event);
	json_add_int(&j, "iteration_end", t->iteration_end);
	json_add_int(&j, "best_event", t->best_event);
	json_add_real(&j, "best_loss", t->best_loss);
	json_add_real(&j, "wall_s", train_elapsed(t));
	json_add_real(&j, "cpu_s",
		      clock_process() - t->cpu_began + t->before_cpu_s);
	json_add_real(&j, "training_s", t->training_s);
	json_add_real(&j, "scoring_s", t->scoring_s);
	json_end(&j);
	mem_free(t->model.resume_json);
	t->model.resume_json = str_take(&s, e);
	return t->model.resume_json ? 0 : -1;
}

int
train_save_state(struct train *t, const char *path, struct err *e)
{
	if (trainer_settle(t->trainer, e) < 0 || put_resume(t, e) < 0 ||
	    train_record_metrics(t, false, e) < 0)
		return -1;
	return model_save(&t->model, path, true, e);
}

int
train_check_state(const char *path, bool fold, struct err *e)
{
	struct model m = {0};
	struct err why = {0};
	struct stat st;
	bool is;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	is = model_open(&m, path, &why) == 0 && (fold || !m.finished);
	model_release(&m);
	if (is)
		return 0;
	if (why.code == ERR_OUTPUT) { /* nobody knows what it is */
		*e = why;
		return -1;
	}
	return err_set(e, ERR_USAGE, "'%s' is where the state of the run goes, "
		       "but what stands there is no saved state%s%s", path,
		       *why.msg ? ": " : "", why.msg);
}

/* ---- what a state must agree with ----------------------------------- */

static void
differs(struct str *list, const char *what, const char *was, const char *is)
{
	if (strcmp(was, is) == 0)
		return;
	str_addf(list, "%s%s was '%s', is '%s'", list->len ? "; " : "", what,
		 was, is);
}

/* Which column is what: not part of what was "asked". */
static void
columns_differ(struct str *list, const struct params *was,
	       const struct params *is)
{
	for (size_t i = 0; i < PARAM_COUNT; i++) {
		const struct param_info *info = &param_table[i];
		struct str a = STR_INIT, b = STR_INIT;

		if (info->type != PARAM_COLUMN && info->type != PARAM_COLUMNS)
			continue;
		param_print(was, info, &a);
		param_print(is, info, &b);
		differs(list, info->name, a.buf, b.buf);
		list->failed |= a.failed || b.failed;
		str_release(&a);
		str_release(&b);
	}
}

static void
others_differ(struct str *list, const struct train_request *rq,
	      const struct model *m)
{
	size_t n = rq->others && rq->other[0].frame ? rq->others : 0;
	char id[33];

	for (size_t i = 0; i < n && n == m->others; i++) {
		frame_id(rq->other[i].frame, id);
		differs(list, rq->other[i].name, m->other_set[i].frame_id, id);
	}
	if (n != m->others)
		str_addf(list, "%s%zu validation frames, were %zu",
			 list->len ? "; " : "", n + 1, m->others + 1);
}

/* What a run is, in texts: parameters, and what its weights start from. */
struct run_text {
	const char *asked, *origin;
};

static int
check_same(const struct train_request *rq, const struct run_text *is,
	   const struct model *m, struct str *list)
{
	char id[33], valid[33] = "";

	frame_id(rq->training, id);
	if (rq->validation)
		frame_id(rq->validation, valid);
	differs(list, "parameters", m->asked, is->asked);
	columns_differ(list, &m->params, rq->params);
	differs(list, "training data", m->frame_id, id);
	differs(list, "validation data", m->validation_id, valid);
	others_differ(list, rq, m);
	differs(list, "what weights start from",
		m->origin_json ? m->origin_json : "", is->origin);
	return list->len || list->failed ? -1 : 0;
}

static void
take_clock(struct train *t, const struct train_resume *r)
{
	t->before_s = r->wall_s;
	t->before_cpu_s = r->cpu_s;
	t->training_s = r->training_s;
	t->scoring_s = r->scoring_s;
	t->origin = r->origin;
	t->first_event = (size_t)r->first_event;
	t->iteration_end = r->iteration_end;
	t->best_event = r->best_event;
	t->best_loss = r->best_loss;
}

static bool
is_sound(const struct train *t, const struct train_resume *r,
	 const struct model *from)
{
	return r->origin <= from->samples &&
	       r->iteration_end >= from->samples &&
	       r->iteration_end - from->samples <=
		       t->schedule.per_iteration + t->schedule.batch &&
	       r->first_event <= (int64_t)from->history.n &&
	       r->best_event < (int64_t)from->history.n;
}

static int
copy_best(struct net_copy *to, const struct model *from, struct err *e)
{
	if (from->best.n == 0)
		return 0;
	if (net_copy_take(to, from->net, e) < 0)
		return -1;
	for (size_t i = 0; i < to->n; i++) {
		struct net_tensor n;

		net_tensor(from->net, i, &n);
		memcpy(to->value[i], from->best.value[i],
		       n.rows * n.columns * sizeof(float));
	}
	return 0;
}

int
train_take_state(struct train *t, struct err *e)
{
	const struct model *from = t->rq.resume;
	const char *origin = t->model.origin_json;
	const struct run_text is = {t->model.asked, origin ? origin : ""};
	struct str list = STR_INIT;
	struct train_resume r;
	int rc;

	rc = check_same(&t->rq, &is, from, &list);
	if (rc < 0 && str_check(&list, e) == 0)
		err_set(e, ERR_SCHEMA, "the saved state is of another run: %s",
			list.buf);
	str_release(&list);
	if (rc < 0 || train_resume_parse(&r, from->resume_json, e) < 0)
		return -1;
	if (!is_sound(t, &r, from))
		return err_set(e, ERR_INPUT, "the saved state contradicts "
			       "itself");
	take_clock(t, &r);
	t->position = t->model.samples = from->samples;
	t->model.iterations = from->iterations;
	net_set_loss_param(t->model.net, net_shape(from->net)->loss_param);
	net_set_step_origin(t->model.net, net_step_origin(from->net));
	t->model.history.n = 0; /* that of a checkpoint is in the state too */
	if (train_copy_history(t, from, e) < 0 ||
	    train_copy_weights(t->model.net, from->net, e) < 0)
		return -1;
	return copy_best(&t->model.best, from, e);
}

/*
 * What the request's weights start from.  A checkpoint that its own result has
 * replaced started from what the result says.
 */
static char *
origin_of(const struct train_request *rq, const struct model *m, struct err *e)
{
	if (rq->checkpoint && m->origin_json &&
	    strcmp(rq->checkpoint->digest, m->digest) == 0)
		return mem_strdup(m->origin_json, e);
	return train_origin_text(rq, e);
}

bool
train_is_result(const struct train_request *rq, const struct model *m)
{
	struct str list = STR_INIT;
	struct err e = {0};
	char *asked = train_asked(rq->asked ? rq->asked : rq->params,
				  m->params.seed, &e);
	char *origin = asked && m->finished ? origin_of(rq, m, &e) : NULL;
	struct run_text is = {asked, origin};
	bool same = origin && check_same(rq, &is, m, &list) == 0;

	str_release(&list);
	mem_free(asked);
	mem_free(origin);
	return same;
}
