import { recordColumns, sessionColumns, userColumns } from './sql-rows.ts'

// A session is current while its generation is its user's.
const isCurrent = `generation = (
    SELECT u.session_generation FROM latchkey_user u WHERE u.id = latchkey_session.user_id
  )`

export const insertSession: string = `
  INSERT INTO latchkey_session (id, token_hash, created_at, expires_at, max_expires_at, user_id, generation)
  SELECT ?, ?, ?, ?, ?, u.id, u.session_generation FROM latchkey_user u WHERE u.id = ? AND u.session_generation = ?`

export const selectSessionWithUser: string = `
  SELECT ${sessionColumns}, ${userColumns}
  FROM latchkey_session s
  JOIN latchkey_user u ON u.id = s.user_id AND u.session_generation = s.generation
  WHERE s.token_hash = ?`

export const selectLiveSessions: string = `
  SELECT ${sessionColumns}
  FROM latchkey_session s
  JOIN latchkey_user u ON u.id = s.user_id AND u.session_generation = s.generation
  WHERE s.user_id = ? AND s.expires_at > ? AND s.max_expires_at > ?
  ORDER BY s.created_at DESC, s.id`

export const extendSession: string = `
  UPDATE latchkey_session SET expires_at = CASE WHEN expires_at < ? THEN ? ELSE expires_at END
  WHERE token_hash = ? AND expires_at > ? AND max_expires_at > ? AND ${isCurrent}`

export const deleteSession: string = 'DELETE FROM latchkey_session WHERE token_hash = ?'

export const deleteSessionById: string = `DELETE FROM latchkey_session WHERE id = ? AND user_id = ? AND ${isCurrent}`

export const deleteExpiredSessions: string = `
  DELETE FROM latchkey_session WHERE token_hash IN (
    SELECT token_hash FROM latchkey_session WHERE expires_at < ? ORDER BY expires_at LIMIT ?
  )`

export const insertUser: string = `
  INSERT INTO latchkey_user (
    username_key, email_key, password_hash, id, username, email, first_name, last_name, active, admin, superuser,
    last_login, created_at, session_generation
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`

export const selectUsernameKey: string = 'SELECT 1 FROM latchkey_user WHERE username_key = ?'

export const selectEmailKey: string = 'SELECT 1 FROM latchkey_user WHERE email_key = ?'

export const selectUserById: string = `SELECT ${userColumns} FROM latchkey_user u WHERE u.id = ?`

export const selectUserByUsername: string = `
  SELECT ${recordColumns}, ${userColumns} FROM latchkey_user u WHERE u.username_key = ?`

export const selectUserByEmail: string = `SELECT ${recordColumns}, ${userColumns} FROM latchkey_user u WHERE u.email_key = ?`

export const selectUsers: string = `
  SELECT ${recordColumns}, ${userColumns} FROM latchkey_user u ORDER BY u.username_key LIMIT ?`

export const selectUsersAfter: string = `
  SELECT ${recordColumns}, ${userColumns} FROM latchkey_user u
  WHERE u.username_key > ? ORDER BY u.username_key LIMIT ?`

export const updateUser: string = `
  UPDATE latchkey_user SET
    first_name = CASE ? WHEN 1 THEN ? ELSE first_name END,
    last_name = CASE ? WHEN 1 THEN ? ELSE last_name END,
    active = CASE ? WHEN 1 THEN ? ELSE active END,
    admin = CASE ? WHEN 1 THEN ? ELSE admin END,
    superuser = CASE ? WHEN 1 THEN ? ELSE superuser END
  WHERE id = ?`

export const updatePasswordHash: string = `
  UPDATE latchkey_user SET password_hash = ?, session_generation = session_generation + 1 WHERE id = ?`

export const changePasswordHash: string = `${updatePasswordHash} AND password_hash = ?`

export const upgradePasswordHash: string =
  'UPDATE latchkey_user SET password_hash = ? WHERE id = ? AND password_hash = ?'

export const updateLastLogin: string = 'UPDATE latchkey_user SET last_login = ? WHERE id = ?'

export const endSessions: string = 'UPDATE latchkey_user SET session_generation = session_generation + 1 WHERE id = ?'

export const deleteUser: string = 'DELETE FROM latchkey_user WHERE id = ?'
