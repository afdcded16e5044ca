/**
 * What {@code scripts/bench} measures, each figure beside a reference from the same run. May use everything; nothing
 * uses it, and the normal build does not compile it.
 */
package io.weathervane.bench;
