/*
 * importance.h - how much each input unit matters, by the weights of the first
 * two layers (Gedeon 1997, "Data mining of inputs: analysing magnitude and
 * functional measures").
 *
 *	A_ij = |W_1[j][i]| / sum_i' |W_1[j][i']|   share of input i in unit j
 *	B_jk = |W_2[k][j]| / sum_j' |W_2[k][j']|   share of unit j in unit k
 *	Q_ik = sum_j A_ij B_jk, each k normalised to sum 1 over i
 *	v_i = sum_k Q_ik, divided by the largest
 *
 * |W| of a Maxout unit is the sum over its pieces.  Without hidden layers
 * v_i = sum_j |W_1[j][i]|.  The "missing" unit of a column that had no missing
 * value in training has 0.  A hash bucket has that of all levels in it.
 */
#ifndef DLTOOLS_IMPORTANCE_H
#define DLTOOLS_IMPORTANCE_H

#include "encoder.h"
#include "err.h"
#include "net.h"

/* value[encoder_units(enc)], in [0, 1]. */
int importance_compute(const struct net *net, const struct encoder *enc,
		       float *value, struct err *e) MUST_USE;

#endif
