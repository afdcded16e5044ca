package io.weathervane.cli;

import io.weathervane.audit.StateLossCheck;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.util.Workspace;
import java.nio.file.Files;

/** Opens a workspace's database without a server. */
final class OfflineStore {
    private OfflineStore() {}

    /** Opens the database that is there; does not make one. */
    static SqliteDatabase open(Workspace workspace) {
        if (Files.isDirectory(workspace.state())) {
            workspace.existingState(); // another user's is refused in its own words, not as one without a database
        }
        if (!Files.exists(workspace.database())) {
            throw new CommandFailedException("there is no database at " + workspace.database()
                    + ": no server has run in this workspace; name another with --workspace");
        }
        StateLossCheck.refuseEmptied(workspace.database(), workspace.analytics());
        return SqliteDatabase.open(workspace.database(), StoreOptions.defaults());
    }
}
