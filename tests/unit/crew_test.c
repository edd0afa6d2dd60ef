/*
 * crew_test.c - when one thread alone trains, and when the team does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nn/crew.h"

/* Nanoseconds of a row by either, and how long the team's leader waits. */
struct machine {
	double team, alone, waited;
};

static void
work(struct crew *crew, const struct machine *m, size_t block)
{
	struct crew_job took = {
		.ns_row = crew->alone ? m->alone : m->team,
		.waited = crew->alone ? 0 : m->waited, .block = block,
	};

	crew_choose(crew, &took);
}

/* Of so many jobs, those that one thread did. */
static int
jobs_alone(struct crew *crew, const struct machine *m, int jobs)
{
	int alone = 0;

	for (int i = 0; i < jobs; i++) {
		alone += crew->alone;
		work(crew, m, 16);
	}
	return alone;
}

static void
waking_does_not_count(void **state)
{
	static const struct machine asleep = {60000, 16000, 0.5};
	static const struct machine awake = {10000, 16000, 0.1};
	struct crew crew;

	(void)state;
	crew_init(&crew, 2, 4, 3e6);
	assert_int_equal(jobs_alone(&crew, &asleep, 1), 0);
	assert_int_equal(jobs_alone(&crew, &awake, 1000), 0);
}

static void
jobs_take_three_milliseconds(void **state)
{
	static const struct machine m = {10000, 16000, 0};
	struct crew crew;

	(void)state;
	crew_init(&crew, 2, 4, 3e6);
	assert_true(crew.rows > 0 && crew.rows < 10);
	work(&crew, &m, 16);
	assert_int_equal(crew.rows, 301);
}

static void
slow_team_gives_way(void **state)
{
	static const struct machine m = {20000, 10000, 0.6};
	struct crew crew;
	int alone;

	(void)state;
	crew_init(&crew, 2, 4, 3e6);
	alone = jobs_alone(&crew, &m, 1000);
	/* the team is tried after 2, 4... 512 jobs */
	assert_in_range(alone, 1000 - 12, 1000 - 6);
}

static void
fast_team_stays_though_it_waits(void **state)
{
	static const struct machine m = {10000, 12000, 0.4};
	struct crew crew;

	(void)state;
	crew_init(&crew, 2, 4, 3e6);
	/* a trial, eight jobs, the trial again */
	assert_in_range(jobs_alone(&crew, &m, 900), 90, 110);
}

static void
team_returns_when_it_is_faster_again(void **state)
{
	static const struct machine busy = {20000, 10000, 0.6};
	static const struct machine quiet = {6000, 10000, 0.1};
	struct crew crew;

	(void)state;
	crew_init(&crew, 2, 4, 3e6);
	jobs_alone(&crew, &busy, 20);
	assert_true(crew.alone);
	jobs_alone(&crew, &quiet, 32);
	assert_int_equal(jobs_alone(&crew, &quiet, 100), 0);
	/* and gives way as soon as the first time */
	jobs_alone(&crew, &busy, 2);
	assert_true(crew.alone);
	assert_in_range(jobs_alone(&crew, &busy, 16), 13, 15);
}

static void
trials_with_other_blocks_do_not_count(void **state)
{
	static const struct machine m = {10000, 9000, 0.3};
	static const struct machine later = {4000, 5000, 0.3};
	struct crew crew;

	(void)state;
	crew_init(&crew, 2, 4, 3e6);
	work(&crew, &m, 1);
	work(&crew, &m, 1);
	assert_true(crew.alone);
	/* 5000 of blocks of 16 rows against 10000 of single ones: tried anew */
	work(&crew, &later, 16);
	assert_false(crew.alone);
	work(&crew, &later, 16);
	assert_true(crew.alone);
	work(&crew, &later, 16);
	assert_int_equal(jobs_alone(&crew, &later, 8), 0);
}

/* A lone thread that tries the team when blocks grow does not wait longer. */
static void
patience_stays_after_other_blocks(void **state)
{
	static const struct machine m = {20000, 10000, 0.3};
	static const struct machine later = {9000, 5000, 0.3};
	struct crew crew;

	(void)state;
	crew_init(&crew, 2, 4, 3e6);
	jobs_alone(&crew, &m, 5);
	assert_false(crew.alone);
	work(&crew, &later, 32);
	assert_true(crew.alone);
	work(&crew, &later, 32);
	assert_false(crew.alone);
	work(&crew, &later, 32);
	/* now it has lost: four jobs alone */
	assert_int_equal(jobs_alone(&crew, &later, 5), 4);
}

static void
waiting_little_is_no_reason(void **state)
{
	static const struct machine m = {20000, 10000, 0.24};
	struct crew crew;

	(void)state;
	crew_init(&crew, 2, 4, 3e6);
	assert_int_equal(jobs_alone(&crew, &m, 100), 0);
}

static void
clock_may_stand_still(void **state)
{
	static const struct machine m = {0, 0, 0};
	struct crew crew;

	(void)state;
	crew_init(&crew, 2, 4, 3e6);
	work(&crew, &m, 16);
	assert_int_equal(crew.rows, 3000001);
}

static void
one_thread_never_tries(void **state)
{
	static const struct machine m = {10000, 1, 0.9};
	struct crew crew;

	(void)state;
	crew_init(&crew, 1, 4, 3e6);
	assert_int_equal(jobs_alone(&crew, &m, 100), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waking_does_not_count),
		cmocka_unit_test(jobs_take_three_milliseconds),
		cmocka_unit_test(slow_team_gives_way),
		cmocka_unit_test(fast_team_stays_though_it_waits),
		cmocka_unit_test(team_returns_when_it_is_faster_again),
		cmocka_unit_test(trials_with_other_blocks_do_not_count),
		cmocka_unit_test(patience_stays_after_other_blocks),
		cmocka_unit_test(waiting_little_is_no_reason),
		cmocka_unit_test(clock_may_stand_still),
		cmocka_unit_test(one_thread_never_tries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
