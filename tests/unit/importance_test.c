/*
 * importance_test.c - importances against the formulas of importance.h spelled
 * out, products and all.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <dltools/importance.h>

#define INPUTS 7 /* a column of 3 units, 4 numbers */
#define H1 5
#define H2 4

static const size_t units[2] = {H1, H2};

/* Weights of layer l, piece after piece of each unit. */
static void
take(const struct net *net, size_t l, double *w, size_t out, size_t in)
{
	float raw[2 * H1 * INPUTS];
	struct net_tensor t;
	size_t pieces, i, k, p;

	net_tensor(net, 2 * l, &t);
	net_get(net, 2 * l, raw);
	pieces = t.rows / out;
	for (i = 0; i < out; i++)
		for (k = 0; k < in; k++) {
			w[i * in + k] = 0;
			for (p = 0; p < pieces; p++)
				w[i * in + k] += fabs((double)raw[
					(i * pieces + p) * in + k]);
		}
}

static void
gedeon(const struct net *net, double v[INPUTS])
{
	double w1[H1 * INPUTS], w2[H2 * H1], q[INPUTS][H2], sum;
	size_t i, j, k;

	take(net, 0, w1, H1, INPUTS);
	take(net, 1, w2, H2, H1);
	for (j = 0; j < H1; j++) {
		for (sum = 0, i = 0; i < INPUTS; i++)
			sum += w1[j * INPUTS + i];
		for (i = 0; i < INPUTS; i++)
			w1[j * INPUTS + i] = sum > 0 ? w1[j * INPUTS + i] / sum
						     : 0;
	}
	for (k = 0; k < H2; k++) {
		for (sum = 0, j = 0; j < H1; j++)
			sum += w2[k * H1 + j];
		for (j = 0; j < H1; j++)
			w2[k * H1 + j] /= sum;
	}
	memset(v, 0, INPUTS * sizeof(*v));
	for (k = 0; k < H2; k++) {
		for (sum = 0, i = 0; i < INPUTS; i++) {
			for (q[i][k] = 0, j = 0; j < H1; j++)
				q[i][k] += w1[j * INPUTS + i] * w2[k * H1 + j];
			sum += q[i][k];
		}
		for (i = 0; i < INPUTS; i++)
			v[i] += q[i][k] / sum;
	}
}

/* Unit 2 is the "missing" one of the first column. */
static struct encoder
make_encoder(struct encoder_column column[5], bool had_missing)
{
	struct encoder enc = {.column = column, .columns = 5, .enums = 1,
			      .sparse = 3, .dense = 4};
	size_t i;

	memset(column, 0, 5 * sizeof(*column));
	column[0].type = COLUMN_ENUM;
	column[0].one_hot = true;
	column[0].units = 3;
	column[0].had_missing = had_missing;
	for (i = 1; i < 5; i++) {
		column[i].units = 1;
		column[i].first_unit = 2 + i;
	}
	return enc;
}

static struct net *
make_net(enum activation activation, size_t layers)
{
	struct net_shape s = {
		.sparse = 3, .dense = 4, .layers = layers, .units = units,
		.outputs = 3, .activation = activation,
		.loss = LOSS_CROSS_ENTROPY, .classification = true,
	};
	struct net_rule r = {.optimizer = OPTIMIZER_SGD, .rate = 0.1,
			     .rate_decay = 1, .max_w2 = INFINITY,
			     .mini_batch = 1};
	struct err e = {0};
	struct net *net = net_new(&s, &r, 11, &e);

	assert_non_null(net);
	return net;
}

static void
check(const struct net *net, const double *v, bool had_missing)
{
	struct encoder_column column[5];
	struct encoder enc = make_encoder(column, had_missing);
	float value[INPUTS];
	struct err e = {0};
	double most = 0, want[INPUTS];
	size_t i;

	memcpy(want, v, sizeof(want));
	if (!had_missing)
		want[2] = 0;
	for (i = 0; i < INPUTS; i++)
		most = fmax(most, want[i]);
	assert_int_equal(importance_compute(net, &enc, value, &e), 0);
	for (i = 0; i < INPUTS; i++)
		assert_true(fabs((double)value[i] - want[i] / most) < 1e-6);
}

static void
two_layers(void **state)
{
	static const enum activation kinds[] = {ACTIVATION_RECTIFIER,
						ACTIVATION_MAXOUT};
	double v[INPUTS];
	struct net *net;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		net = make_net(kinds[i], 2);
		gedeon(net, v);
		check(net, v, true);
		check(net, v, false);
		net_free(net);
	}
}

/* A unit without weights takes no share of anything. */
static void
a_dead_unit(void **state)
{
	struct net *net = make_net(ACTIVATION_RECTIFIER, 2);
	float w[H1 * INPUTS];
	double v[INPUTS];

	(void)state;
	net_get(net, 0, w);
	memset(w + 2 * INPUTS, 0, INPUTS * sizeof(*w));
	net_set(net, 0, w);
	gedeon(net, v);
	check(net, v, true);
	net_free(net);
}

static void
no_hidden_layer(void **state)
{
	struct net *net = make_net(ACTIVATION_RECTIFIER, 0);
	double w[3 * INPUTS], v[INPUTS] = {0};
	size_t i, k;

	(void)state;
	take(net, 0, w, 3, INPUTS);
	for (k = 0; k < 3; k++)
		for (i = 0; i < INPUTS; i++)
			v[i] += w[k * INPUTS + i];
	check(net, v, true);
	net_free(net);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_layers),
		cmocka_unit_test(a_dead_unit),
		cmocka_unit_test(no_hidden_layer),
	};

	return cmocka_run_group_tests_name("importance", tests, NULL, NULL);
}
