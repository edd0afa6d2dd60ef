/*
 * inspect_npz.c - the weights of a model and the scales of its inputs as a
 * NumPy archive; see inspect.h.
 */
#include "inspect.h"

#include <dltools/mem.h>
#include <dltools/npz.h>

static int
add_scales(struct npz *z, const struct encoder *enc, struct err *e)
{
	struct npz_array a = {.type = "<f8", .item = sizeof(double), .dims = 1};
	size_t n = encoder_units(enc), i;
	double *sub = mem_zalloc(n, sizeof *sub, e);
	double *mul = sub ? mem_zalloc(n, sizeof *mul, e) : NULL;
	int status = mul ? 0 : -1;

	for (i = 0; mul && i < n; i++) {
		mul[i] = 1; /* the unit of a level */
		encoder_unit_scale(enc, i, &sub[i], &mul[i]);
	}
	a.shape[0] = n;
	a.name = "input.sub";
	status = status < 0 ? -1 : npz_add(z, &a, sub, e);
	a.name = "input.mul";
	status = status < 0 ? -1 : npz_add(z, &a, mul, e);
	mem_free(sub);
	mem_free(mul);
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

	if (!enc->response || encoder_is_classifier(enc))
		return 0;
	a.name = "response.sub";
	if (npz_add(z, &a, &enc->response_sub, e) < 0)
		return -1;
	a.name = "response.mul";
	return npz_add(z, &a, &enc->response_mul, e);
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
	for (i = 0; status == 0 && i < net_tensors(m->net); i++)
		status = add_tensor(&z, m->net, i, e);
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
