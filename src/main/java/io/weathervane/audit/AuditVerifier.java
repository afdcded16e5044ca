package io.weathervane.audit;

import io.weathervane.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks the chain, and the files against the chain, in flat memory; changes nothing. */
public final class AuditVerifier {
    private AuditVerifier() {}

    /** Verifies a chain and its files, while the server runs or without it. */
    public static AuditVerificationResult verify(AuditLog log, Database database, Path analyticsFolder) {
        AuditChainVerifier chain = new AuditChainVerifier(log);
        Optional<String> problem = chain.run().or(() -> SettingsHistoryVerifier.all(database));
        List<String> operatorLines = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        AuditExportPositionStore positions = new AuditExportPositionStore(database);
        for (AuditFileFormat format : AuditFileFormat.values()) {
            AuditFileChainComparer file = new AuditFileChainComparer(
                    log, format, analyticsFolder, positions.load(format).seq());
            Optional<String> fileProblem = run(file, format);
            problem = problem.or(() -> fileProblem);
            operatorLines.addAll(file.operatorLines());
            notes.addAll(file.notes());
        }
        return new AuditVerificationResult(problem.isEmpty(), chain.events(), problem, operatorLines, notes);
    }

    private static Optional<String> run(AuditFileChainComparer file, AuditFileFormat format) {
        try {
            return file.run();
        } catch (IOException e) {
            throw new UncheckedIOException(format.fileName() + " cannot be read: " + e.getMessage(), e);
        }
    }
}
