// The users of this machine, as the crate heim-host asks the system for them.
use futures::StreamExt;

fn main() {
    smol::block_on(async {
        let users = heim_host::users().await.expect("a list of users");
        futures::pin_mut!(users);
        let mut count = 0;
        while let Some(user) = users.next().await {
            println!("user {:?}", user.expect("a user").username());
            count += 1;
        }
        println!("users: {count}");
    });
}
