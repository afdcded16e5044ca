/**
 * Failures of calls: kinds, counts and samples of each release, bounded and without secrets, and the one form in which
 * tools, decisions, evidence, reports and alerts show them. Imports jsonrpc.
 */
@NullMarked
package io.weathervane.failure;

import org.jspecify.annotations.NullMarked;
