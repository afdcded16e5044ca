package io.weathervane.flags;

import io.weathervane.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Another program on the same file: the {@code sqlite3} program where there is one, else a connection past the store. */
final class DirectSql {
    private final Path file;

    DirectSql(Path file) {
        this.file = file;
    }

    static boolean programPresent() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "sqlite3")));
    }

    /** Runs statements, separated by semicolons, and returns what was printed. */
    String run(String statements) {
        return programPresent() ? runProgram(statements) : runConnection(statements);
    }

    /** A transaction held open with the write lock in hand, until it is closed. */
    Connection locked() throws SQLException {
        Connection connection = connect();
        execute(connection, "BEGIN IMMEDIATE");
        return connection;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    static void execute(Connection connection, String statement) throws SQLException {
        try (Statement plain = connection.createStatement()) {
            plain.execute(statement);
        }
    }

    private String runProgram(String statements) {
        try {
            Process process = new ProcessBuilder("sqlite3", "-cmd", ".timeout 5000", file.toString(), statements)
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError("sqlite3 failed: " + printed);
            }
            return printed.strip();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String runConnection(String statements) {
        StringBuilder printed = new StringBuilder();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            for (String one : statements.split(";", -1)) {
                if (!one.isBlank() && statement.execute(one)) {
                    print(statement, printed);
                }
            }
        } catch (SQLException e) {
            throw new StoreException(StoreException.Kind.FAILED, statements, e);
        }
        return printed.toString().strip();
    }

    private static void print(Statement statement, StringBuilder printed) throws SQLException {
        try (var rows = statement.getResultSet()) {
            while (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    printed.append(i == 1 ? "" : "|").append(rows.getString(i));
                }
                printed.append('\n');
            }
        }
    }
}
