/** Tests that wait by the clock, in seconds; all others take about two. */
const SLOW: Readonly<Record<string, number>> = {
  test_chord_error_propagation_with_different_body_types: 10,
  test_disabling_flag_allow_error_cb_on_chord_header: 150,
  test_enabling_flag_allow_error_cb_on_chord_header: 90,
  test_error_propagates_from_chord: 62,
  test_expired: 18,
  test_flag_allow_error_cb_on_chord_header_on_upgraded_chord: 70,
  test_nested_chord_header_link_error: 35,
  test_retry: 32,
  test_revoked_by_headers_complex_canvas: 20,
};

const secondsOf = (test: string): number =>
  SLOW[test.slice(test.lastIndexOf('::') + 2).replace(/\[.*/, '')] ?? 2;

/** Parts that take about as long as each other, each in the order that was given. */
export const shardsOf = (tests: readonly string[], count: number): string[][] => {
  const shards = Array.from({ length: count }, () => ({ seconds: 0, tests: new Set<string>() }));
  for (const test of tests.toSorted((a, b) => secondsOf(b) - secondsOf(a))) {
    const [least] = shards.toSorted((a, b) => a.seconds - b.seconds);
    least?.tests.add(test);
    if (least !== undefined) least.seconds += secondsOf(test);
  }
  return shards.map((shard) => tests.filter((test) => shard.tests.has(test)));
};
