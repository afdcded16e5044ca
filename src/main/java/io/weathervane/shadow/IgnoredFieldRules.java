package io.weathervane.shadow;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Fields whose name and form say that their value belongs to one call or one process. Names that may as well mean
 * content ({@code id}, {@code duration}, {@code date}) are not among them: what is nondeterministic there is found by asking the
 * active worker twice.
 */
final class IgnoredFieldRules {
    private static final Set<String> IDS = Set.of(
            "requestid",
            "xrequestid",
            "traceid",
            "spanid",
            "traceparent",
            "correlationid",
            "sessionid",
            "invocationid",
            "callid",
            "executionid",
            "nonce");
    private static final Set<String> PROCESSES = Set.of("pid", "ppid", "processid", "workerpid", "threadid");
    private static final Set<String> DURATIONS = Set.of(
            "took",
            "tookms",
            "elapsed",
            "elapsedms",
            "elapsedseconds",
            "elapsedtime",
            "latency",
            "latencyms",
            "durationms",
            "durationnanos",
            "executiontime",
            "executiontimems",
            "processingtime",
            "processingtimems",
            "responsetime",
            "responsetimems",
            "querytime",
            "querytimems",
            "uptime",
            "uptimems",
            "uptimeseconds");

    /** When the process began: long ago for the active worker, just now for the canary. */
    private static final Set<String> BEGINNINGS =
            Set.of("startedat", "processstartedat", "serverstartedat", "boottime", "upsince", "runningsince");

    private static final Set<String> WORKERS = Set.of("worker", "workerlabel", "release", "releaselabel");
    private static final Pattern TIME_NAME = Pattern.compile(".*(time|timestamp|epoch|date|at|ts|now|millis|seconds)");
    private static final Pattern DURATION = Pattern.compile(
            "(?i)\\d{1,12}([.,]\\d{1,12})?\\s?(ns|µs|us|ms|s|sec|secs|seconds|m|min|minutes|h|hours|d|days)?"
                    + "|P(\\d+D)?(T[0-9HMS.]+)?");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final Pattern MOMENT = Pattern.compile("\\d{4}-\\d{2}-\\d{2}[T ].*|\\d{10,19}");

    private IgnoredFieldRules() {}

    /**
     * What stands for the value, when the value is no content. It says whether the value is text or a number: that one
     * has become the other is a difference.
     *
     * @param label the worker's own
     */
    static Optional<String> mark(String field, JsonNode value, String label, TimestampMatcher timestamps) {
        if (!value.isString() && !value.isNumber()) {
            return Optional.empty();
        }
        String name = field.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
        String text = value.asString("");
        String what = null;
        if (IDS.contains(name) && ID.matcher(text).matches()) {
            what = "id";
        } else if (PROCESSES.contains(name) && text.matches("\\d{1,10}")) {
            what = "process";
        } else if (DURATIONS.contains(name) && DURATION.matcher(text).matches()) {
            what = "duration";
        } else if (BEGINNINGS.contains(name) && MOMENT.matcher(text).matches()) {
            what = "beginning";
        } else if (WORKERS.contains(name) && text.equals(label)) {
            what = "worker";
        } else if (TIME_NAME.matcher(name).matches() && timestamps.isNow(value)) {
            what = "time";
        }
        return Optional.ofNullable(what).map(kind -> "<" + kind + (value.isNumber() ? " as number>" : ">"));
    }
}
