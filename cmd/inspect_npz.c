/*
 * inspect_npz.c - the weights of a model and what else --dump tells, but for
 * names, as a NumPy archive; see inspect.h.
 */
#include "inspect.h"

#include <string.h>

#include <dltools/mem.h>
#include <dltools/npz.h>

static int
add_scales(struct npz *z, const struct encoder *enc, struct err *e)
{
	struct npz_array a = {.type = "<f8", .item = sizeof(double), .dims = 1};
	size_t n = encoder_units(enc), i;
	double *sub = mem_zalloc(n, sizeof *sub, e);
	double *mul = sub ? mem_zalloc(n, sizeof *mul, e) : NULL;
	double *fill = mul ? mem_zalloc(n, sizeof *fill, e) : NULL;
	int status = fill ? 0 : -1;

	for (i = 0; fill && i < n; i++) {
		mul[i] = 1; /* the unit of a level */
		encoder_unit_scale(enc, i, &sub[i], &mul[i]);
		fill[i] = encoder_unit_fill(enc, i);
	}
	a.shape[0] = n;
	a.name = "input.sub";
	status = status < 0 ? -1 : npz_add(z, &a, sub, e);
	a.name = "input.mul";
	status = status < 0 ? -1 : npz_add(z, &a, mul, e);
	a.name = "input.fill";
	status = status < 0 ? -1 : npz_add(z, &a, fill, e);
	mem_free(sub);
	mem_free(mul);
	mem_free(fill);
	return status;
}

struct level_list {
	double *input, *value;
	size_t n, room, value_room;
};

static int
add_level(void *ctx, const struct inspect_level *l, struct err *e)
{
	struct level_list *list = ctx;

	if (mem_grow(&list->input, &list->room, list->n + 1,
		     sizeof *list->input, e) < 0 ||
	    mem_grow(&list->value, &list->value_room, list->n + 1,
		     sizeof *list->value, e) < 0)
		return -1;
	list->input[list->n] = (double)l->input;
	list->value[list->n++] = l->value;
	return 0;
}

/* In the order of the other forms, which have the names. */
static int
add_levels(struct npz *z, const struct encoder *enc, struct err *e)
{
	struct npz_array a = {.type = "<f8", .item = sizeof(double), .dims = 1};
	struct level_list list = {0};
	int status = inspect_each_level(enc, add_level, &list, e);

	a.shape[0] = list.n;
	a.name = "level.input";
	if (status == 0 && list.n)
		status = npz_add(z, &a, list.input, e);
	a.name = "level.value";
	if (status == 0 && list.n)
		status = npz_add(z, &a, list.value, e);
	mem_free(list.input);
	mem_free(list.value);
	return status;
}

#define NAME 16 /* bytes of an activation's name, all of them shorter */

static int
add_activations(struct npz *z, const struct net_shape *s, struct err *e)
{
	struct npz_array names = {.name = "activation", .type = "|S16",
				  .item = NAME, .dims = 1};
	struct npz_array factors = {.name = "activation.factor", .type = "<f8",
				    .item = sizeof(double), .dims = 1};
	size_t n = s->layers + 1, l;
	char *name = mem_zalloc(n, NAME, e);
	double *factor = mem_zalloc(n, sizeof *factor, e);
	int status = -1;

	for (l = 0; name && factor && l < n; l++) {
		const char *text = inspect_activation(s, l + 1, &factor[l]);

		memcpy(name + l * NAME, text, strlen(text));
	}
	names.shape[0] = factors.shape[0] = n;
	if (name && factor && npz_add(z, &names, name, e) == 0)
		status = npz_add(z, &factors, factor, e);
	mem_free(name);
	mem_free(factor);
	return status;
}

static int
add_classes(struct npz *z, const struct encoder *enc, struct err *e)
{
	struct npz_array a = {.name = "class.factor", .type = "<f8",
			      .item = sizeof(double), .dims = 1};
	double *factor;
	int status;

	if (!encoder_is_classifier(enc))
		return 0;
	factor = mem_zalloc(enc->classes.n, sizeof *factor, e);
	if (!factor)
		return -1;
	for (size_t c = 0; c < enc->classes.n; c++)
		factor[c] = inspect_class_factor(enc, c);
	a.shape[0] = enc->classes.n;
	status = npz_add(z, &a, factor, e);
	mem_free(factor);
	return status;
}

static int
add_tensor(struct npz *z, const struct net *net, size_t i, struct err *e)
{
	struct npz_array a = {.type = "<f4", .item = sizeof(float)};
	struct net_tensor t;
	float *value;
	int status;

	net_tensor(net, i, &t);
	if (t.is_state)
		return 0;
	value = inspect_tensor(net, i, &t, e);
	if (!value)
		return -1;
	a.name = t.name;
	a.dims = t.is_vector ? 1 : 2;
	a.shape[0] = t.rows;
	a.shape[1] = t.columns;
	status = npz_add(z, &a, value, e);
	mem_free(value);
	return status;
}

/* Regression: as in the other forms of --dump. */
static int
add_response(struct npz *z, const struct encoder *enc, struct err *e)
{
	struct npz_array a = {.type = "<f8", .item = sizeof(double)};
	const double one = 1;

	if (!enc->response || encoder_is_classifier(enc))
		return 0;
	a.name = "response.sub";
	if (npz_add(z, &a, &enc->response_sub, e) < 0)
		return -1;
	a.name = "response.mul";
	if (npz_add(z, &a, &enc->response_mul, e) < 0)
		return -1;
	if (!enc->offset_column)
		return 0;
	a.name = "response.offset";
	return npz_add(z, &a, &one, e);
}

int
inspect_npz(const struct model *m, struct err *e)
{
	struct outfile out = {0};
	struct npz z = {.out = &out, .directory = STR_INIT};
	int status = outfile_open(&out, "-", e);
	size_t i;

	if (status == 0)
		status = add_scales(&z, &m->enc, e);
	if (status == 0)
		status = add_levels(&z, &m->enc, e);
	for (i = 0; status == 0 && i < net_tensors(m->net); i++)
		status = add_tensor(&z, m->net, i, e);
	if (status == 0)
		status = add_activations(&z, net_shape(m->net), e);
	if (status == 0)
		status = add_classes(&z, &m->enc, e);
	if (status == 0)
		status = add_response(&z, &m->enc, e);
	if (status == 0 && npz_finish(&z, e) == 0)
		status = outfile_commit(&out, e);
	else
		status = -1;
	outfile_discard(&out);
	npz_release(&z);
	return status;
}
