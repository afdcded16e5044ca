package io.weathervane.store;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/** Another program at the same file: a connection that knows nothing of ours. */
final class Sqlite3 {
    private Sqlite3() {}

    static void run(Path file, String... statements) throws SQLException {
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    static String text(Path file, String query) throws SQLException {
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.getString(1);
        }
    }

    static Connection connect(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file.toUri());
    }

    static boolean isInstalled() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "sqlite3")));
    }

    /** A process of its own that has the write lock when this returns, and until it is killed. */
    static Process holdLock(Path file) throws IOException {
        Process process = new ProcessBuilder("sqlite3", file.toString())
                .redirectErrorStream(true)
                .start();
        OutputStream in = process.getOutputStream();
        in.write(".timeout 5000\nBEGIN IMMEDIATE;\nSELECT 'locked';\n".getBytes(StandardCharsets.UTF_8));
        in.flush();
        String said = process.inputReader(StandardCharsets.UTF_8).readLine();
        if (!"locked".equals(said)) {
            process.destroyForcibly();
            throw new IOException("sqlite3 said " + said);
        }
        return process;
    }
}
