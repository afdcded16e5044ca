package io.weathervane.bench;

import io.weathervane.bench.Target.Transport;
import java.io.IOException;
import java.nio.file.Path;

/** The kill switch engaged by tool over HTTP, from the request to the answer; reset in between. */
final class ToolEngagements {
    private static final String ENGAGE = "{\"reason\":\"bench\"}";
    static final String RESET = "{\"reason\":\"bench\",\"approver\":\"bench\",\"force\":true}";
    private static final int WARM_UP = 20;

    private ToolEngagements() {}

    static void measure(Pace pace, Results results) throws Exception {
        Target target = Target.server(Transport.HTTP);
        Path folder = Folders.in(results.folder());
        try (RunningServer server = RunningServer.start(target.unpinned(folder), folder);
                ToolLane tools = new ToolLane(server.uri());
                BareCommits bare = new BareCommits(folder)) {
            Samples engaged = new Samples();
            Samples commits = new Samples();
            for (int i = -WARM_UP; i < pace.commits() / 2; i++) {
                long commit = bare.nanos();
                long took = tools.call("kill_switch_engage", ENGAGE);
                tools.call("kill_switch_reset", RESET);
                if (i >= 0) {
                    commits.add(commit);
                    engaged.add(took);
                }
            }
            report(results, engaged, commits);
        }
        Folders.delete(folder);
    }

    private static void report(Results results, Samples engaged, Samples commits) throws IOException {
        results.raw("engage-by-tool", engaged);
        results.row(Row.of(
                "kill switch: engage by tool over HTTP, request to answer",
                engaged.show(),
                commits.show() + ": bare commit",
                Show.ratio(engaged.median(), commits.median()),
                "on disk when answered; worst of " + engaged.size() + ": " + Show.nanos(engaged.max())));
    }
}
