/*
 * cmocka.h - the part of cmocka that the kernel tests use, for cross builds,
 * where the library is not at hand.  A failed assertion ends the program.
 */
#ifndef ARM64_CMOCKA_H
#define ARM64_CMOCKA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
	const char *name;
	void (*run)(void **state);
};

#define cmocka_unit_test(f) { #f, f }

#define fail_msg(...) \
	do { \
		fprintf(stderr, "%s:%d: ", __FILE__, __LINE__); \
		fprintf(stderr, __VA_ARGS__); \
		fputc('\n', stderr); \
		exit(1); \
	} while (0)
#define assert_true(c) \
	do { \
		if (!(c)) \
			fail_msg("%s", #c); \
	} while (0)
#define assert_false(c) assert_true(!(c))
#define assert_in_range(v, low, high) assert_true((v) >= (low) && (v) <= (high))
#define assert_null(p) assert_true((p) == NULL)
#define assert_non_null(p) assert_true((p) != NULL)
#define assert_ptr_equal(a, b) assert_true((a) == (b))
#define assert_int_equal(a, b) assert_true((a) == (b))
#define assert_int_not_equal(a, b) assert_true((a) != (b))
#define assert_string_equal(a, b) assert_true(strcmp(a, b) == 0)
#define assert_memory_equal(a, b, n) assert_true(memcmp(a, b, n) == 0)
#define assert_memory_not_equal(a, b, n) assert_true(memcmp(a, b, n) != 0)

static inline int
run_tests(const char *group, const struct CMUnitTest *test, size_t n,
	  int (*setup)(void **), int (*teardown)(void **))
{
	void *state = NULL;

	if (setup != NULL && setup(&state) != 0)
		return 1;
	for (size_t i = 0; i < n; i++) {
		test[i].run(&state);
		printf("ok %zu - %s: %s\n", i + 1, group, test[i].name);
	}
	return teardown != NULL ? teardown(&state) : 0;
}

#define cmocka_run_group_tests(tests, setup, teardown) \
	cmocka_run_group_tests_name("tests", tests, setup, teardown)
#define cmocka_run_group_tests_name(name, tests, setup, teardown) \
	run_tests(name, tests, sizeof(tests) / sizeof((tests)[0]), setup, \
		  teardown)

#endif
