package io.weathervane.worker.role;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.store.DeferredRecord;
import io.weathervane.store.SqlTransaction;
import io.weathervane.worker.ReleaseDefinitionCodec;
import io.weathervane.worker.Role;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.routing.RoleAssignment;
import io.weathervane.worker.routing.RoleSlot;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Roles of a service's releases, as the database keeps them. */
record RoleAssignmentRows(ServiceName service, Instant since, List<Row> rows) {
    static final String KIND = "roles";

    static final List<Role> ROLES = List.of(Role.ACTIVE, Role.PREVIOUS, Role.REJECTED);

    /** A role and who has it. */
    record Row(Role role, String label, String definition) {}

    RoleAssignmentRows {
        rows = List.copyOf(rows);
    }

    static RoleAssignmentRows of(ServiceName service, RoleAssignment assignment, Instant since) {
        List<Row> rows = new ArrayList<>();
        for (Role role : ROLES) {
            RoleSlot slot = assignment.slot(role);
            if (slot != null) {
                rows.add(new Row(role, slot.release().label(), ReleaseDefinitionCodec.write(slot.release())));
            }
        }
        return new RoleAssignmentRows(service, since, rows);
    }

    Optional<Row> of(Role role) {
        return rows.stream().filter(row -> row.role() == role).findFirst();
    }

    /** Writes them in the caller's transaction. */
    void write(SqlTransaction sql) throws SQLException {
        for (Role role : ROLES) {
            Optional<Row> row = of(role);
            if (row.isEmpty()) {
                sql.update(
                        "DELETE FROM worker_releases WHERE service = ? AND role = ?", service.value(), role.wireName());
            } else {
                sql.update(
                        "INSERT OR REPLACE INTO worker_releases (service, role, label, definition, since)"
                                + " VALUES (?, ?, ?, ?, ?)",
                        service.value(),
                        role.wireName(),
                        row.get().label(),
                        row.get().definition(),
                        since.toString());
            }
        }
    }

    DeferredRecord record() {
        ObjectNode json = JsonRpcCodec.JSON
                .createObjectNode()
                .put("service", service.value())
                .put("since", since.toString());
        ArrayNode array = json.putArray("rows");
        rows.forEach(row -> array.addObject()
                .put("role", row.role().wireName())
                .put("label", row.label())
                .put("definition", row.definition()));
        return new DeferredRecord(KIND, json.toString());
    }

    static RoleAssignmentRows read(String body) {
        JsonNode json = JsonRpcCodec.JSON.readTree(body);
        List<Row> rows = new ArrayList<>();
        for (JsonNode row : json.path("rows")) {
            ROLES.stream()
                    .filter(role -> role.wireName().equals(row.path("role").asString()))
                    .forEach(role -> rows.add(new Row(
                            role,
                            row.path("label").asString(),
                            row.path("definition").asString())));
        }
        return new RoleAssignmentRows(
                service(json), Instant.parse(json.path("since").asString()), rows);
    }

    /** A server of an earlier version knew one service and named none. */
    private static ServiceName service(JsonNode json) {
        return new ServiceName(json.path("service").asString(ServiceName.DEFAULT.value()));
    }
}
