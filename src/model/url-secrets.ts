const USER_INFO = /:\/\/([^\s/?#@:"'<>]*):([^\s/?#@"'<>]+)@/g

/** What stands before the hosts of the URLs in a text, where it has a password. */
export function userInfosIn(text: string): readonly string[] {
  return [...text.matchAll(USER_INFO)].map(([, user, password]) => `${user}:${password}`)
}

/** The passwords of the URLs in a text, as they stand there and as they are sent. */
export function passwordsIn(text: string): readonly string[] {
  return [...text.matchAll(USER_INFO)].flatMap(([, , password = '']) => {
    try {
      return [password, decodeURIComponent(password)]
    } catch {
      return [password]
    }
  })
}
