/*
 * encoder_weigh.c - weighted means and deviations for training with a weights
 * column.  Two passes over each numeric column: exactness matters more here
 * than speed.
 */
#include "data/encoder_int.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>

struct sums {
	double w, wx, wd2;
	int64_t n;
};

static double
value(const struct chunk *c, size_t i)
{
	return c->form == CHUNK_INT ? (double)c->i64[i] : c->f64[i];
}

/* Adds one group; mean = NULL in the first pass. */
static void
add_group(struct sums *s, const struct chunk *x, const struct chunk *w,
	  const uint8_t *skip, const double *mean)
{
	size_t i;

	for (i = 0; i < x->n; i++) {
		double v = value(x, i), wi = value(w, i);

		if (wi == 0 || chunk_is_missing(x, i) || skip[i])
			continue;
		if (mean) {
			s->wd2 += wi * (v - *mean) * (v - *mean);
		} else {
			s->w += wi;
			s->wx += wi * v;
			s->n++;
		}
	}
}

struct pass {
	const struct frame *f;
	size_t weights; /* columns of the frame */
	uint8_t **skip; /* [group][row]: in skip mode, a predictor is missing */
	struct chunk x, w;
};

static int
weigh_column(struct pass *p, size_t column, struct column_stats *out,
	     struct err *e)
{
	struct sums s = {0};
	double mean = 0;
	size_t g;
	int round;

	for (round = 0; round < 2; round++) {
		for (g = 0; g < frame_groups(p->f); g++) {
			if (frame_read(p->f, g, column, &p->x, e) < 0 ||
			    frame_read(p->f, g, p->weights, &p->w, e) < 0)
				return -1;
			add_group(&s, &p->x, &p->w, p->skip[g],
				  round ? &mean : NULL);
		}
		if (!(s.w > 0))
			return 0; /* nothing to weigh: leave as it is */
		mean = s.wx / s.w;
	}
	out->mean = mean;
	out->sd = s.n > 1 ? sqrt((double)s.n / (double)(s.n - 1) * s.wd2 / s.w)
			  : 0;
	return 0;
}

static int
mark_group(uint8_t *skip, const struct encoder *enc, const struct frame *f,
	   size_t group, struct err *e)
{
	struct chunk x = {0};
	size_t i, r;
	int status = 0;

	for (i = 0; status == 0 && i < enc->sources; i++) {
		if (enc->missing != MISSING_SKIP ||
		    enc->source[i].predictor < 0)
			continue;
		status = frame_read(f, group, i, &x, e);
		for (r = 0; status == 0 && r < x.n; r++)
			skip[r] |= chunk_is_missing(&x, r);
	}
	chunk_release(&x);
	return status;
}

uint8_t **
encoder_skip_new(const struct encoder *enc, const struct frame *f,
		 struct err *e)
{
	size_t groups = frame_groups(f), g;
	uint8_t **skip = mem_zalloc(groups, sizeof(*skip), e);

	for (g = 0; skip && g < groups; g++) {
		skip[g] = mem_zalloc(frame_group_rows(f, g), 1, e);
		if (!skip[g] || mark_group(skip[g], enc, f, g, e) < 0) {
			encoder_skip_free(skip, f);
			return NULL;
		}
	}
	return skip;
}

void
encoder_skip_free(uint8_t **skip, const struct frame *f)
{
	size_t g;

	for (g = 0; skip && g < frame_groups(f); g++)
		mem_free(skip[g]);
	mem_free(skip);
}

static void
take(struct encoder *enc, int64_t predictor, const struct column_stats *s)
{
	struct encoder_column *c;

	if (predictor < 0) { /* the response */
		enc->response_mean = s->mean;
		if (enc->response_mul != 1 || enc->response_sub != 0) {
			enc->response_sub = s->mean;
			enc->response_mul = s->sd > 0 ? 1 / s->sd : 1;
		}
		return;
	}
	c = &enc->column[predictor];
	c->fill = s->mean;
	if (enc->standardize) {
		c->sub = enc->uncentred ? 0 : s->mean;
		if (enc->response) /* an autoencoder's is the range */
			c->mul = s->sd > 0 ? 1 / s->sd : 1;
	}
}

/* The shares of the classes, by the rows' weights. */
static int
weigh_classes(struct pass *p, struct encoder *enc, size_t column,
	      struct err *e)
{
	double sum = 0;
	size_t g, i;

	memset(enc->priors, 0, enc->classes.n * sizeof(*enc->priors));
	for (g = 0; g < frame_groups(p->f); g++) {
		if (frame_read(p->f, g, column, &p->x, e) < 0 ||
		    frame_read(p->f, g, p->weights, &p->w, e) < 0)
			return -1;
		for (i = 0; i < p->x.n; i++) {
			if (chunk_is_missing(&p->x, i))
				continue;
			enc->priors[p->x.code[i]] += value(&p->w, i);
			sum += value(&p->w, i);
		}
	}
	if (!(sum > 0))
		return err_set(e, ERR_SCHEMA, "weights column '%s': 0 wherever "
			       "the response '%s' is present",
			       enc->weights_column, enc->response);
	for (i = 0; i < enc->classes.n; i++)
		enc->priors[i] /= sum;
	return 0;
}

int
encoder_weigh(struct encoder *enc, const struct frame *f, struct err *e)
{
	struct pass p = {.f = f};
	struct column_stats s;
	size_t i;
	int status = -1;

	p.weights = (size_t)frame_find(f, enc->weights_column);
	p.skip = encoder_skip_new(enc, f, e);
	if (!p.skip)
		goto out;
	for (i = 0; i < enc->sources; i++) {
		int64_t at = enc->source[i].predictor;
		bool response = enc->source[i].role == ROLE_RESPONSE;

		if (response && enc->source[i].type == COLUMN_ENUM &&
		    weigh_classes(&p, enc, i, e) < 0)
			goto out;
		if ((at < 0 && !response) ||
		    enc->source[i].type == COLUMN_ENUM)
			continue;
		s = frame_column(f, i)->stats;
		if (weigh_column(&p, i, &s, e) < 0)
			goto out;
		take(enc, response ? -1 : at, &s);
	}
	status = 0;
out:
	encoder_skip_free(p.skip, f);
	chunk_release(&p.x);
	chunk_release(&p.w);
	return status;
}
