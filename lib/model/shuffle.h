/* shuffle.h - scoring rows of which a column has the values of other rows. */
#ifndef MODEL_SHUFFLE_H
#define MODEL_SHUFFLE_H

#include <stdbool.h>

#include <dltools/score_rows.h>

struct shuffle {
	const bool *unit;   /* [units]: those from elsewhere */
	const int64_t *row; /* [rows]: whose they are */
};

/* out = own, but the units marked are other's; as many rows. */
void shuffle_mix(const struct batch *own, const struct batch *other,
		 const bool *unit, struct batch *out);

/* All rows into m, as score_rows(); shuffle NULL: as they are. */
int score_rows_shuffled(const struct score_source *s,
			const struct shuffle *shuffle, struct metrics *m,
			struct err *e) MUST_USE;

#endif
