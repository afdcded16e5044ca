package io.weathervane.cli;

import io.weathervane.audit.AuditLog;
import io.weathervane.audit.AuditVerificationResult;
import io.weathervane.audit.AuditVerifier;
import io.weathervane.store.Database;
import io.weathervane.util.Workspace;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says whether the audit was tampered with; a server may run or not. */
@Command(
        name = "verify",
        description = "Checks the chain of events, and the audit files against it; exit code 1 when either is broken.",
        mixinStandardHelpOptions = true)
final class AuditVerifyCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private WorkspaceOption workspaceOption = new WorkspaceOption();

    AuditVerifyCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Workspace workspace = workspaceOption.locate(environment);
        try (Database database = DirectDatabaseOpener.open(workspace)) {
            AuditLog log = new AuditLog(database, Clock.systemUTC());
            return print(AuditVerifier.verify(log, database, workspace.analytics()));
        }
    }

    private int print(AuditVerificationResult found) {
        PrintWriter out = spec.commandLine().getOut();
        found.operatorLines().forEach(line -> out.println("appended by hand: " + line));
        found.notes().forEach(note -> out.println("note: " + note));
        found.firstProblem().ifPresent(problem -> out.println("first problem: " + problem));
        out.println((found.intact() ? "The audit is intact: " : "THE AUDIT IS BROKEN: ") + found.events()
                + " events read.");
        out.flush();
        return found.intact() ? ExitCode.OK : ExitCode.REFUSED;
    }
}
