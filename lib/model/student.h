/*
 * student.h - Student's t distribution, for intervals and tests of means.
 */
#ifndef MODEL_STUDENT_H
#define MODEL_STUDENT_H

/* P(|T| >= t), t >= 0, for df > 0 degrees of freedom (need not be whole). */
double student_two_sided(double t, double df);
/* The t with P(|T| >= t) = p. */
double student_quantile(double p, double df);

#endif
