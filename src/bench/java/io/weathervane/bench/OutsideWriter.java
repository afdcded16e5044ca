package io.weathervane.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** Another program that writes a flag with SQL; committed when {@link #write} returns. */
interface OutsideWriter extends AutoCloseable {
    String FLAG = "PROMPT_MODE";

    void write(String value) throws IOException, SQLException;

    @Override
    void close() throws IOException, SQLException;

    private static String statement(String value) {
        return "INSERT OR REPLACE INTO settings (key, value) VALUES ('" + FLAG + "', '" + value + "')";
    }

    /** A connection of its own in this JVM. */
    static OutsideWriter jdbc(Path database) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(5_000);
        Connection connection = config.createConnection("jdbc:sqlite:" + database);
        Statement sql = connection.createStatement();
        return new OutsideWriter() {
            @Override
            public void write(String value) throws SQLException {
                sql.executeUpdate(statement(value));
            }

            @Override
            public void close() throws SQLException {
                connection.close();
            }
        };
    }

    /** The {@code sqlite3} program, one process for all writes; throws when there is none. */
    static OutsideWriter program(Path database) throws IOException {
        Process process = new ProcessBuilder("sqlite3", "-cmd", ".timeout 5000", database.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        OutputStream in = process.getOutputStream();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return new OutsideWriter() {
            @Override
            public void write(String value) throws IOException {
                in.write((statement(value) + "; SELECT 'written';\n").getBytes(StandardCharsets.UTF_8));
                in.flush();
                if (!"written".equals(out.readLine())) {
                    throw new IOException("sqlite3 did not write");
                }
            }

            @Override
            public void close() throws IOException {
                in.close();
                process.destroy();
            }
        };
    }
}
