package io.weathervane.cli;

import io.weathervane.audit.StateLossCheck;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.util.Workspace;
import java.nio.file.Files;
import java.util.List;

/** Opens a workspace's database without a server. */
final class DirectDatabaseOpener {
    private DirectDatabaseOpener() {}

    /** Opens the database that is there; does not make one. */
    static SqliteDatabase open(Workspace workspace) {
        if (Files.isDirectory(workspace.state())) {
            workspace.existingState(); // another user's is refused in its own words, not as one without a database
        }
        if (!Files.exists(workspace.database())) {
            throw new CommandFailedException("there is no database at " + workspace.database() + why(workspace));
        }
        StateLossCheck.refuseEmptied(workspace.database(), workspace.analytics());
        return SqliteDatabase.open(workspace.database(), StoreOptions.defaults());
    }

    private static String why(Workspace workspace) {
        List<String> files = StateLossCheck.filesWithContent(workspace.analytics());
        return files.isEmpty()
                ? ": no server has run in this workspace, or its state was removed; name another with --workspace"
                : ", but " + String.join(" and ", files) + " in " + workspace.analytics()
                        + " have content: a server has run in this workspace, and its database is lost. Restore it"
                        + " from a backup; or start a server, which begins a new one, with the kill switch engaged if"
                        + " those files end with it. Nothing was changed";
    }
}
