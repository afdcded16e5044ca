package io.weathervane.rollback;

import io.weathervane.monitor.Counts;
import io.weathervane.worker.CallFigures;
import io.weathervane.worker.Tally;
import io.weathervane.worker.ToolTally;
import java.util.HashMap;
import java.util.Map;

/** What was counted between two looks at the same worker; numbers that went back were counted anew. */
record CountersDelta(Counts calls, long slow, Map<String, Counts> tools) {
    static CountersDelta of(CallFigures before, CallFigures now) {
        Tally then = before.tally();
        Tally tally = now.tally();
        if (tally.requests() < then.requests() || tally.errors() < then.errors()) {
            return of(CallFigures.NONE, now);
        }
        long requests = Math.max(tally.requests() - then.requests(), tally.errors() - then.errors());
        Map<String, Counts> tools = new HashMap<>();
        now.tools().forEach((tool, calls) -> {
            ToolTally earlier = before.tools().getOrDefault(tool, ToolTally.NONE);
            long made = calls.requests() - earlier.requests();
            if (made > 0) {
                tools.put(tool, new Counts(made, Math.max(0, calls.errors() - earlier.errors())));
            }
        });
        now.parts().forEach((part, calls) -> {
            ToolTally earlier = before.parts().getOrDefault(part, ToolTally.NONE);
            long made = calls.requests() - earlier.requests();
            if (made > 0) {
                tools.put(BaselineRecords.name(part), new Counts(made, Math.max(0, calls.errors() - earlier.errors())));
            }
        });
        return new CountersDelta(
                new Counts(requests, tally.errors() - then.errors()),
                Math.max(0, Math.min(requests, now.slow() - before.slow())),
                tools);
    }
}
