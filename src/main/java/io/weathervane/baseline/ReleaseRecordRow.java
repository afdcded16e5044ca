package io.weathervane.baseline;

import io.weathervane.worker.ToolCallCounts;

/**
 * One row of a record: a tool's calls within one period, or all calls of the period.
 *
 * @param tool empty for all calls
 * @param detail the rest, see {@link RecordRowDetailCodec}
 */
record ReleaseRecordRow(long period, String tool, ToolCallCounts calls, String detail) {
    static final String ALL = "";
}
