/* score_correct.c - probabilities of a net trained on balanced classes. */
#include <dltools/score_rows.h>

void
score_correct(const struct encoder *enc, float *p, size_t rows)
{
	size_t n = enc->classes.n, i, c;
	double sum;

	for (i = 0; enc->balanced && i < rows; i++, p += n) {
		sum = 0;
		for (c = 0; c < n; c++) {
			if (enc->priors[c] > 0 && enc->balanced[c] > 0)
				p[c] = (float)((double)p[c] * enc->priors[c] /
					       enc->balanced[c]);
			sum += (double)p[c];
		}
		for (c = 0; sum > 0 && c < n; c++)
			p[c] = (float)((double)p[c] / sum);
	}
}
